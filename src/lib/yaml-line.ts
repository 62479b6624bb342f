import { isAlias, isMap, isNode, isSeq, type LineCounter } from "yaml";

/** The line (from 1) of the deepest node on `path` that exists in a YAML document; `fallback` where none does. */
export function yamlLine(
  contents: unknown,
  path: readonly PropertyKey[],
  lines: LineCounter,
  fallback: number,
): number {
  let node = contents;
  let line = fallback;
  for (const part of path) {
    if (isAlias(node)) break;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(part),
      );
      if (!pair) break;
      if (isNode(pair.key) && pair.key.range) line = lines.linePos(pair.key.range[0]).line;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (isNode(node) && node.range) line = lines.linePos(node.range[0]).line;
    } else break;
  }
  return line;
}
