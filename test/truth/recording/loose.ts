/**
 * What recordings leave out when they compare text: which pod of a workload goes first is a race, and kubectl
 * prints its warnings and lists of pods in the order of a map.
 */
export function loose(text: string): string {
  const line = text.replace(/-#\d+/g, "-#*");
  if (line.startsWith("Warning: ")) {
    return `Warning: ${line.slice("Warning: ".length).split("; ").map(sortPods).sort().join("; ")}`;
  }
  const list = /^(.*(?:due to error|error occurred): \[)(.*)(\](?:, continuing command.*)?)$/.exec(line);
  if (!list) return sortPods(line);
  const parts = list[2]!
    .split(/, (?=cannot |error )/)
    .map(sortPods)
    .sort();
  return list[1]! + parts.join(", ") + list[3]!;
}

function sortPods(line: string): string {
  const separator = line.startsWith("cannot delete") ? "): " : ": ";
  const at = line.indexOf(separator);
  if (at < 0) return line;
  const tail = line.slice(at + separator.length);
  if (!/^[\w.-]+\/\S+(, [\w.-]+\/\S+)*$/.test(tail)) return line;
  return line.slice(0, at + separator.length) + tail.split(", ").sort().join(", ");
}

/** How often each item occurs, in order. */
export function bag(items: readonly string[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
