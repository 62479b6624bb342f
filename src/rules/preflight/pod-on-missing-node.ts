import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { groupBy } from "../../lib/order.ts";
import { humanDuration } from "../../lib/duration.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { isFinished } from "../../model/pod.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * Pods whose node the input does not have: either the snapshot lacks the node, or the cluster is about to remove the
 * pods as orphans. Source: pkg/controller/podgc/gc_controller.go.
 */
export const podOnMissingNode = definePreflightRule({
  id: "pod-on-missing-node",
  severity: "warning",
  title: "Pods are bound to a node that the input does not have",
  check: ({ cluster, index }) => {
    if (!isGiven(cluster, "Node")) return [];
    const lost = cluster.objects.Pod.filter(
      (pod) => pod.nodeName !== "" && !isFinished(pod) && !index.node(pod.nodeName),
    );
    const quarantine = humanDuration(nodeLifecycleFacts.orphanQuarantineMillis);
    if (lost.length === 0) return [];
    const byNode = [...groupBy(lost, ({ nodeName }) => nodeName)];
    const isOne = byNode.length === 1;
    return [
      {
        subject: isOne ? byNode[0]![0] : counted(byNode.length, "node"),
        weight: 210 + Math.min(9, lost.length),
        message: `${counted(lost.length, "pod")} ${lost.length === 1 ? "is" : "are"} bound to ${isOne ? "it, and the input has no such node: does the snapshot lack it?" : "nodes that the input does not have: does the snapshot lack them?"}`,
        details: [
          ...byNode.slice(0, nodesShown).map(([node, pods]) => `${node}: ${listed(pods.map(keyOf))}.`),
          `If ${isOne ? "it is" : "they are"} really gone, the pod garbage collector removes them after ${quarantine}. The rehearsal leaves them as they are.`,
        ],
        data: { nodes: byNode.map(([node]) => node), pods: lost.map(keyOf) },
      },
    ];
  },
});

/** Lines for single nodes; the rest stand in the data. */
const nodesShown = 6;
