import { X509Certificate } from "node:crypto";

/**
 * When the last certificate of a PEM bundle in base64 runs out, in epoch milliseconds: as long as one of them is valid, what it
 * has signed is trusted. Undefined where there is none, or none that can be read.
 */
export function latestExpiry(base64: string): number | undefined {
  const text = Buffer.from(base64, "base64").toString("latin1");
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const times = blocks.flatMap((block) => {
    try {
      const at = Date.parse(new X509Certificate(block).validTo);
      return Number.isNaN(at) ? [] : [at];
    } catch {
      return [];
    }
  });
  return times.length === 0 ? undefined : Math.max(...times);
}
