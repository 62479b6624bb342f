/**
 * Whole-number arithmetic as 64-bit integers do it: a scheduler multiplies bytes by 100 before it divides, and
 * above 82 TiB that no longer fits into a double.
 */

/** `a × b ÷ c`, truncated toward zero, as int64 computes it (it wraps around beyond 2^63). */
export function mulDiv(a: number, b: number, c: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER && product >= Number.MIN_SAFE_INTEGER)
    return Math.trunc(product / c);
  return Number(BigInt.asIntN(64, BigInt(a) * BigInt(b)) / BigInt(c));
}
