import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { groupBy } from "../../lib/order.ts";
import { humanDuration } from "../../lib/duration.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { isFinished } from "../../model/pod.ts";
import { counted, listed } from "../phrases.ts";
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
    return [...groupBy(lost, ({ nodeName }) => nodeName)].map(([node, pods]) => ({
      subject: node,
      weight: 210 + pods.length,
      message: `${counted(pods.length, "pod")} ${pods.length === 1 ? "is" : "are"} bound to it, and the input has no such node: does the snapshot lack it?`,
      details: [
        `${listed(pods.map(keyOf))}.`,
        `If it is really gone, the pod garbage collector removes them after ${quarantine}. The rehearsal leaves them as they are.`,
      ],
      data: { node, pods: pods.map(keyOf) },
    }));
  },
});
