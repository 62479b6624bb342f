import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { pendingUntil, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { byWorkload } from "../pod-groups.ts";
import { selectedNodes } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods whose node selector or required node affinity leaves only the node that they are on: evicted, they are Pending
 * until that node is uncordoned. One finding a node.
 */
export const pinnedToNode = definePreflightRule({
  id: "pinned-to-node",
  severity: "warning",
  title: "A pod's own selector ties it to one node",
  check: (preflight) => {
    // On the only node every pod waits for it.
    if (preflight.cluster.objects.Node.length < 2) return [];
    const pinned = replacedPods(preflight).filter((pod) => isTied(preflight, pod));
    return [...groupBy(pinned, ({ nodeName }) => nodeName)].map(([node, pods]): FindingDraft => {
      const subjects = byWorkload(preflight.index, pods).map(({ subject }) => subject);
      const ties = [...new Set(pods.map(tieOf))];
      return {
        subject: node,
        ...noteInPlan(preflight),
        weight: 150 + Math.min(20, pods.length),
        message: `${counted(pods.length, "pod")} may run on no other node here: Pending from the eviction ${pendingUntil(preflight, [node])}`,
        details: [
          `${listed(subjects)}.`,
          `Tied by ${listed(ties)}: a second node that satisfies it would take them.`,
        ],
        data: { node, pods: pods.map(keyOf), workloads: subjects, ties },
      };
    });
  },
});

function isTied({ cluster }: Preflight, { spec, nodeName }: Pod): boolean {
  if (Object.keys(spec.nodeSelector).length === 0 && spec.affinity.requiredNodes === undefined) return false;
  const selected = selectedNodes(cluster, spec);
  return selected.length === 1 && selected[0]!.name === nodeName;
}

function tieOf({ spec }: Pod): string {
  const labels = Object.keys(spec.nodeSelector).map((key) => `${key}=${spec.nodeSelector[key]}`);
  return labels.length > 0 ? `nodeSelector ${labels.join(",")}` : "a required node affinity";
}
