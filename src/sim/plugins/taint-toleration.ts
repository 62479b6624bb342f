import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import { unreachable } from "../../lib/assert.ts";
import { type Taint, tolerates, type Toleration } from "../../model/taint.ts";
import { defaultNormalize } from "./normalize.ts";
import { type FilterPlugin, type ScorePlugin, status, type Status } from "./plugin.ts";

const name = "TaintToleration";

/** The first taint that keeps pods away and is not tolerated. PreferNoSchedule keeps nobody away. */
export function untoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): Taint | undefined {
  for (const taint of taints)
    if (taint.effect !== "PreferNoSchedule" && !tolerates(tolerations, taint)) return taint;
  return undefined;
}

const statuses = new Map<string, Status>();

function rejection(taint: Taint, behaviour: SchedulerBehaviour): Status {
  const reason = taintReason(taint, behaviour);
  let known = statuses.get(reason);
  if (!known) statuses.set(reason, (known = status(name, "UnschedulableAndUnresolvable", reason)));
  return known;
}

function taintReason(taint: Taint, behaviour: SchedulerBehaviour): string {
  switch (behaviour.taintReason) {
    case "had-taint":
      return `node(s) had taint {${taint.key}: ${taint.value}}, that the pod didn't tolerate`;
    case "untolerated-taint":
      return `node(s) had untolerated taint {${taint.key}: ${taint.value}}`;
    case "untolerated-taints":
      return "node(s) had untolerated taint(s)";
    default:
      return unreachable(behaviour.taintReason);
  }
}

/**
 * Rejects nodes with a NoSchedule or NoExecute taint that the pod does not tolerate; prefers those with the fewest
 * PreferNoSchedule taints that it does not. Source: tainttoleration/taint_toleration.go.
 */
export const taintToleration = {
  name,
  filterScope: "node",
  scoreScope: "node",
  filter({ pod, behaviour }, _state, node) {
    const { taints } = node.node!;
    if (taints.length === 0) return undefined;
    const taint = untoleratedTaint(taints, pod.spec.tolerations);
    return taint && rejection(taint, behaviour);
  },
  preScore({ pod }) {
    const soft = pod.spec.tolerations.filter(({ effect }) => effect === "" || effect === "PreferNoSchedule");
    return { state: soft };
  },
  score(_cycle, tolerations, node) {
    let intolerable = 0;
    for (const taint of node.node!.taints)
      if (taint.effect === "PreferNoSchedule" && !tolerates(tolerations, taint)) intolerable++;
    return intolerable;
  },
  normalization: "inverse",
  normalize(_cycle, _state, scores) {
    defaultNormalize(scores, true);
  },
} satisfies FilterPlugin & ScorePlugin<readonly Toleration[]>;
