import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Certificate } from "../model/certificate.ts";
import { formatPath, type Problem } from "../model/problem.ts";

export type CertificatesResult =
  | { readonly ok: true; readonly certificates: readonly Certificate[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const advice = "Give what `kubeadm certs check-expiration -o json` prints on a control-plane node.";

/**
 * Reads what `kubeadm certs check-expiration` printed on one node: its JSON or YAML (output.kubeadm.k8s.io, any version),
 * or its table. Lines that kubeadm prints before are passed over.
 */
export function readCertificates(text: string, file: string, node: string): CertificatesResult {
  const body = text.replace(/^(?:\s*\[[a-z-]+\][^\n]*\n)+/, "");
  const from = { node, toldBy: file };
  if (/^\s*CERTIFICATE\s+EXPIRES\b/m.test(body)) return { ok: true, certificates: fromTable(body, from) };
  const documents = parseAllDocuments(body);
  const broken = [documents].flat().flatMap((document) => document.errors)[0];
  if (broken) return refuse(file, `neither JSON, YAML nor kubeadm's table: ${broken.message.split("\n")[0]}`);
  const certificates: Certificate[] = [];
  for (const document of [documents].flat()) {
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const read = info.safeParse(value);
    if (!read.success) {
      const [issue] = read.error.issues;
      return refuse(file, issue?.message ?? "not understood", formatPath(issue?.path ?? []));
    }
    certificates.push(
      ...read.data.certificates.map((each) => toCertificate(each, from, false)),
      ...read.data.certificateAuthorities.map((each) => toCertificate(each, from, true)),
    );
  }
  return certificates.length === 0 ? refuse(file, "no certificate is in it") : { ok: true, certificates };
}

function refuse(file: string, message: string, field = ""): CertificatesResult {
  return { ok: false, problems: [{ origin: { file }, message, advice, ...(field === "" ? {} : { field }) }] };
}

type From = Pick<Certificate, "node" | "toldBy">;

const certificate = z.object({
  name: z.string("expected the certificate's name"),
  expirationDate: z.string("expected a time such as 2026-11-21T12:00:00Z").nullish(),
  externallyManaged: z.boolean("expected true or false").nullish(),
  missing: z.boolean("expected true or false").nullish(),
});

const entries = z
  .array(certificate, "expected a list of certificates")
  .nullish()
  .transform((value) => value ?? []);

const info = z.object(
  {
    kind: z.literal("CertificateExpirationInfo", "expected kind CertificateExpirationInfo"),
    certificates: entries,
    certificateAuthorities: entries,
  },
  "expected kind CertificateExpirationInfo",
);

function toCertificate(entry: z.output<typeof certificate>, from: From, isAuthority: boolean): Certificate {
  const { name, expirationDate, externallyManaged, missing } = entry;
  const at = Date.parse(expirationDate ?? "");
  return {
    ...from,
    name,
    isAuthority,
    isExternal: externallyManaged ?? false,
    // A missing one has Go's zero time, or none.
    ...(missing || Number.isNaN(at) || at < 0 ? {} : { expiresAt: at }),
  };
}

/** `apiserver   Aug 19, 2026 09:03 UTC   360d   ca   no`, and after the second heading the authorities. */
function fromTable(text: string, from: From): Certificate[] {
  let isAuthority = false;
  return text.split("\n").flatMap((line): Certificate[] => {
    if (/^\s*CERTIFICATE AUTHORITY\b/.test(line)) isAuthority = true;
    if (/^\s*!MISSING!/.test(line)) {
      const name = /^\s*!MISSING!\s+(\S+)/.exec(line)?.[1];
      return name === undefined ? [] : [{ ...from, name, isAuthority, isExternal: false }];
    }
    const match = /^\s*(\S+)\s+([A-Z][a-z]{2} \d{1,2}, \d{4} \d\d:\d\d UTC)\s.*?(yes|no)?\s*$/.exec(line);
    if (!match) return [];
    const expiresAt = Date.parse(match[2]!);
    return [{ ...from, name: match[1]!, isAuthority, isExternal: match[3] === "yes", expiresAt }];
  });
}
