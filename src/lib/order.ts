/** Compares by UTF-16 code units: the order that does not depend on a locale or a version of Node. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A comparator on a text taken from each item, by code units. */
export function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => byText(text(a), text(b));
}

/** Items grouped by a key, groups in order of first appearance. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group) group.push(item);
    else groups.set(k, [item]);
  }
  return groups;
}
