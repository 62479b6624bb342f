import { addsNodes } from "../../facts/cluster-roles.ts";
import { keyOf } from "../../model/meta.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { nodePools } from "../../plan/node-pools.ts";
import { departingPods, landingNodes } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { byWorkload } from "../pod-groups.ts";
import { canMakeRoom } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * The program that adds nodes stands on a node that is drained: while it moves nobody adds one, and where it finds no
 * room nobody ever does (kubernetes/autoscaler#582).
 */
export const nodeAutoscalerMoves = definePreflightRule({
  id: "node-autoscaler-moves",
  severity: "info",
  title: "What adds nodes to the cluster has to move itself",
  check: (preflight) => {
    if (preflight.cluster.objects.Node.length < 2) return [];
    const adders = departingPods(preflight).filter(({ spec }) =>
      spec.containers.some(({ image }) => addsNodes(image)),
    );
    return byWorkload(preflight.index, adders).flatMap(({ subject, pods }) => {
      // Another replica elsewhere takes over by leader election.
      const others = preflight.index
        .podsOfWorkload(subject)
        .filter((pod) => !pods.includes(pod) && isReady(pod));
      if (others.length > 0 && preflight.scope === "plan") return [];
      return finding(preflight, subject, pods);
    });
  },
});

function finding(preflight: Preflight, subject: string, pods: readonly Pod[]): readonly FindingDraft[] {
  const [first] = pods as [Pod, ...Pod[]];
  const possible = landingNodes(preflight, first);
  const roomy = possible.filter((node) => canMakeRoom(preflight.index, node, first));
  const isStuck = roomy.length === 0;
  // In a whole cluster only one that could not start again is of interest.
  if (!isStuck && preflight.scope === "cluster") return [];
  return [
    {
      subject,
      ...(isStuck ? { severity: "warning" as const } : {}),
      weight: isStuck ? 260 : 30,
      message: isStuck
        ? `adds nodes when pods are Pending, and no other node can take it: after a drain of ${first.nodeName} nobody adds one`
        : `adds nodes when pods are Pending, and is on ${first.nodeName}: nobody adds one until it is up again elsewhere`,
      details: [
        `${listed(pods.map(keyOf))}: ${counted(possible.length, "other node")} may take it, ${roomy.length} with room by requests.`,
        nodePools(preflight.cluster, preflight.plan.assumptions).pools.length > 0
          ? "Its pools are known: nodes that it adds are part of the rehearsal."
          : "Nodes that it would add are not part of this rehearsal: no pool is known (assumptions.nodePools).",
      ],
      data: { workload: subject, pods: pods.map(keyOf), possible: possible.length, roomy: roomy.length },
    },
  ];
}
