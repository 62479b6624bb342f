/**
 * Hashes for choices and names: the same text gives the same 32 bits on every machine and in every run.
 * Not for security.
 */

/** FNV-1a over the UTF-16 code units of `text`, finished with murmur3's avalanche; an unsigned 32-bit integer. */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** `length` characters from the alphabet that Kubernetes uses for generated names (no vowels, no look-alikes). */
export function nameSuffix(text: string, length: number): string {
  let out = "";
  for (let i = 0; i < length; i++) out += suffixAlphabet[hash32(text, i + 1) % suffixAlphabet.length];
  return out;
}
