import { certificateFact } from "../facts/certificates.ts";
import { dayOf } from "../lib/day.ts";
import type { Certificate } from "../model/certificate.ts";
import type { Cluster } from "../model/cluster.ts";

/** What rules say of certificates. */

export const dayMillis = 86_400_000;

/** With less time than this left a certificate is spoken of: Seatrial's own choice. */
export const soonMillis = 30 * dayMillis;

/** A certificate of which it is known when it runs out. */
export type DatedCertificate = Certificate & { readonly expiresAt: number };

export function datedCertificates({ certificates = [] }: Cluster): readonly DatedCertificate[] {
  return certificates.filter((each): each is DatedCertificate => each.expiresAt !== undefined);
}

/** `on 2026-12-05, in 14 days` or `on 2026-11-01, 20 days ago`. */
export function dateWords(expiresAt: number, now: number): string {
  const days = Math.floor(Math.abs(expiresAt - now) / dayMillis);
  const count = days === 0 ? "less than a day" : `${days} ${days === 1 ? "day" : "days"}`;
  return `on ${dayOf(expiresAt)}, ${expiresAt <= now ? `${count} ago` : `in ${count}`}`;
}

/** What stops without these certificates, each thing once: one sentence each. */
export function consequences(certificates: readonly Pick<Certificate, "name">[]): readonly string[] {
  const lines = certificates.map(({ name }) => {
    const breaks = certificateFact(name)?.breaks;
    return breaks === undefined ? undefined : `${name}: ${breaks}.`;
  });
  return [...new Set(lines.filter((line) => line !== undefined))];
}

/** Whether a control plane can do its work without it. */
export function isVital({ name, isAuthority }: Pick<Certificate, "name" | "isAuthority">): boolean {
  return isAuthority || certificateFact(name)?.component !== undefined || name === "kubelet.conf";
}
