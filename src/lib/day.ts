/** The day of a moment in epoch milliseconds, by UTC: `2026-11-21`. */
export function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}
