/** How often a property is tried: this many times, or as often as SEATRIAL_RUNS says. */
export function numRuns(usual: number): { readonly numRuns: number } {
  const asked = Number(process.env["SEATRIAL_RUNS"] ?? "");
  return { numRuns: asked > 0 ? asked : usual };
}
