/** Small pieces of English that rules share. */

/** The verb that goes with a count: `verb(1, "stays", "stay")`. */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** `93 %`: rounded down, so that 99.9 % never reads as full. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${Math.floor((part * 100) / whole)} %`;
}
