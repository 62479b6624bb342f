/** Small pieces of English that rules share. */

/** `1 pod`, `7 pods`; a noun that does not just take an s says its plural. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** How many names a sentence holds before the rest is only counted. */
const namesInSentence = 4;

/** `a, b and c`; beyond four names: `a, b, c and 5 more`. */
export function listed(names: readonly string[], most = namesInSentence): string {
  if (names.length <= 1) return names[0] ?? "none";
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

/** The verb that goes with a count: `verb(1, "stays", "stay")`. */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** `93 %`: rounded down, so that 99.9 % never reads as full. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${Math.floor((part * 100) / whole)} %`;
}

export { shellWord } from "../lib/shell-word.ts";
