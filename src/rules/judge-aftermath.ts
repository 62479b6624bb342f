import { type Cluster, isGiven, type Kind } from "../model/cluster.ts";
import type { Finding } from "../verdict/verdict.ts";
import type { AftermathRule } from "./aftermath/aftermath.ts";
import { leftChanged } from "./aftermath/left-changed.ts";
import { nodeNotRestored } from "./aftermath/node-not-restored.ts";
import { podsWorse } from "./aftermath/pods-worse.ts";
import { workloadWorse } from "./aftermath/workload-worse.ts";
import { ClusterIndex } from "./cluster-index.ts";
import { worstFirst } from "./judge.ts";
import { complete } from "./rule.ts";

/** The rules that compare a cluster with what it was. One line here adds one. */
export const aftermathRules: readonly AftermathRule[] = [
  nodeNotRestored,
  workloadWorse,
  podsWorse,
  leftChanged,
];

/** What is not again as it was before a maintenance, worst first. */
export function judgeAftermath(before: Cluster, after: Cluster): readonly Finding[] {
  const [old, now] = comparable(before, after);
  const aftermath = {
    before: old,
    after: now,
    beforeIndex: new ClusterIndex(old),
    afterIndex: new ClusterIndex(now),
  };
  return worstFirst(
    aftermathRules.flatMap((rule) => rule.compare(aftermath).map((draft) => complete(rule, draft))),
  );
}

/** Kinds that only one of the two inputs gives: nothing can be said about them. */
export function oneSided(before: Cluster, after: Cluster): readonly Kind[] {
  return before.given.filter((kind) => !isGiven(after, kind) && before.objects[kind].length > 0);
}

/** Both clusters without the kinds that the later input lacks: what was not asked for is not gone. */
function comparable(before: Cluster, after: Cluster): readonly [Cluster, Cluster] {
  const without = Object.fromEntries(oneSided(before, after).map((kind) => [kind, []]));
  return [{ ...before, objects: { ...before.objects, ...without } }, after];
}
