/** The middle of `values` (the mean of the two middle ones, rounded down, for an even count); undefined for none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : Math.floor((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/** A documented piecewise-linear quantile table: `[[0, 4000], [0.5, 8000], [0.99, 25000], [1, 30000]]`. */
export type QuantileTable = readonly (readonly [q: number, value: number])[];

/** The value at quantile `q` (0 to 1) of a table, interpolated linearly and rounded to a whole number. */
export function quantile(table: QuantileTable, q: number): number {
  let [lowQ, lowValue] = table[0]!;
  for (const [highQ, highValue] of table) {
    if (q <= highQ) {
      const share = highQ === lowQ ? 0 : (q - lowQ) / (highQ - lowQ);
      return Math.round(lowValue + share * (highValue - lowValue));
    }
    [lowQ, lowValue] = [highQ, highValue];
  }
  return lowValue;
}
