import { addsNodes } from "../facts/cluster-roles.ts";
import { isFinished } from "../model/pod.ts";
import { nodePools } from "../plan/node-pools.ts";
import { listed } from "../lib/counted.ts";
import type { Preflight } from "./rule.ts";

/** What adds nodes to the cluster and cannot here, as nobody tells which and how many. */
export function poolUnknowns({ cluster, plan, index }: Preflight): readonly string[] {
  const { pools, unknown } = nodePools(cluster, plan.assumptions);
  if (unknown.length > 0)
    return unknown.map(
      (each) => `${each}: nothing is added there, unless the plan declares it (assumptions.nodePools)`,
    );
  if (pools.length > 0) return [];
  const adders = cluster.objects.Pod.filter(
    (pod) => !isFinished(pod) && pod.spec.containers.some(({ image }) => addsNodes(image)),
  );
  if (adders.length === 0) return [];
  const names = [...new Set(adders.map((pod) => index.workloadOf(pod)))];
  return [`${listed(names)} adds no node here: its pools are not in the input (assumptions.nodePools)`];
}
