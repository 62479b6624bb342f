/** How many and which, as a sentence has it. */

/** `1 pod`, `7 pods`; a noun that does not just take an s says its plural. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** How many names a sentence holds before the rest is only counted. */
const namesInSentence = 4;

/** `a, b and c`; beyond `most` names: `a, b and 5 more`. */
export function listed(names: readonly string[], most = namesInSentence): string {
  if (names.length <= 1) return names[0] ?? "none";
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}
