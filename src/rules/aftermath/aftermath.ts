import type { Cluster } from "../../model/cluster.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { FindingDraft, RuleMeta } from "../rule.ts";

/** A cluster before and after a maintenance. */
export interface Aftermath {
  readonly before: Cluster;
  readonly after: Cluster;
  readonly beforeIndex: ClusterIndex;
  readonly afterIndex: ClusterIndex;
}

/** A rule that compares: what is not again as it was. */
export interface AftermathRule extends RuleMeta {
  readonly compare: (aftermath: Aftermath) => readonly FindingDraft[];
}

/** Objects that both clusters have, in pairs, by their key. */
export function pairs<T>(
  before: readonly T[],
  after: readonly T[],
  key: (object: T) => string,
): readonly (readonly [was: T, is: T])[] {
  const now = new Map(after.map((object) => [key(object), object]));
  return before.flatMap((was) => {
    const is = now.get(key(was));
    return is === undefined ? [] : [[was, is] as const];
  });
}

/** Objects of the first list that the second one lacks. */
export function missing<T>(
  before: readonly T[],
  after: readonly T[],
  key: (object: T) => string,
): readonly T[] {
  const now = new Set(after.map(key));
  return before.filter((object) => !now.has(key(object)));
}
