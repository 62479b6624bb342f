import { groupBy } from "../../lib/order.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { tolerates } from "../../model/taint.ts";
import { replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule } from "../rule.ts";

/**
 * What each condition means for pods that look for a node. Source: facts/drain.json, taints.conditionToTaint;
 * kubernetes.io, "Node-pressure Eviction".
 */
const pressures: readonly { readonly type: string; readonly meaning: string; readonly taint: string }[] = [
  {
    type: "MemoryPressure",
    meaning: "its kubelet evicts pods to win memory back",
    taint: "node.kubernetes.io/memory-pressure",
  },
  {
    type: "DiskPressure",
    meaning: "its kubelet removes images and evicts pods to win disk back",
    taint: "node.kubernetes.io/disk-pressure",
  },
  {
    type: "PIDPressure",
    meaning: "its kubelet evicts pods to win process ids back",
    taint: "node.kubernetes.io/pid-pressure",
  },
  {
    type: "NetworkUnavailable",
    meaning: "its network is not set up",
    taint: "node.kubernetes.io/network-unavailable",
  },
];

/** Nodes with a bad condition: they are tainted NoSchedule, so they take none of the pods that move unless these tolerate it. */
export const nodeUnderPressure = definePreflightRule({
  id: "node-under-pressure",
  severity: "warning",
  title: "A node is under pressure and takes few new pods",
  check: (preflight) => {
    const { cluster, drained, scope } = preflight;
    const moving = replacedPods(preflight);
    const found = pressures.flatMap(({ type, meaning, taint }) =>
      cluster.objects.Node.filter((node) => has(node, type)).map((node) => ({ node, type, meaning, taint })),
    );
    return [...groupBy(found, ({ type }) => type)].map(([type, members]) => {
      const nodes = members.map(({ node }) => node.name);
      const staying = scope === "plan" ? nodes.filter((name) => !drained.includes(name)) : nodes;
      const total = cluster.objects.Node.length;
      return {
        subject: nodes.length === 1 ? nodes[0]! : type,
        // A node that is emptied anyway is none that pods would move to.
        ...(staying.length === 0 ? { severity: "info" as const } : {}),
        weight: 150 + staying.length,
        message:
          staying.length === 0
            ? `${type}: ${members[0]!.meaning} while it is drained`
            : `${type}${nodes.length === 1 ? "" : ` on ${listed(nodes)}`}: ${nodes.length} of ${total} nodes ${verb(nodes.length, "takes", "take")} only pods that tolerate it`,
        details: [
          `${members[0]!.meaning}.`.replace(/^./, (letter) => letter.toUpperCase()),
          `Tainted ${members[0]!.taint}:NoSchedule: ${tolerating(moving, members[0]!.taint)} of the ${counted(moving.length, "pod")} that ${scope === "plan" ? "move" : "a drain could move"} tolerate that.`,
        ],
        data: { condition: type, nodes, staying },
      };
    });
  },
});

function tolerating(pods: readonly Pod[], key: string): number {
  const taint = { key, value: "", effect: "NoSchedule" as const };
  return pods.filter(({ spec }) => tolerates(spec.tolerations, taint)).length;
}

function has(node: Node, type: string): boolean {
  return node.conditions.some((condition) => condition.type === type && condition.status === "True");
}
