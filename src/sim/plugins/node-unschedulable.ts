import { tolerates, wellKnownTaint } from "../../model/taint.ts";
import { type FilterPlugin, status } from "./plugin.ts";

const name = "NodeUnschedulable";
const unschedulable = status(name, "UnschedulableAndUnresolvable", "node(s) were unschedulable");

const cordonTaint = { key: wellKnownTaint.unschedulable, value: "", effect: "NoSchedule" } as const;

/** Rejects cordoned nodes, unless the pod tolerates the cordon's taint. Source: nodeunschedulable/node_unschedulable.go. */
export const nodeUnschedulable = {
  name,
  filterScope: "node",
  filter({ pod }, _state, node) {
    if (!node.node!.unschedulable) return undefined;
    return tolerates(pod.spec.tolerations, cordonTaint) ? undefined : unschedulable;
  },
} satisfies FilterPlugin;
