import { isGiven } from "../../model/cluster.ts";
import type { Node } from "../../model/node.ts";
import type { Usage } from "../../model/policy.ts";
import { formatResource } from "../../model/quantity.ts";
import { percent } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** From this share of what can be allocated on usage is called high: Seatrial's own choice. */
const highShare = 0.8;

/**
 * Nodes whose measured usage is above 80 %. Requests decide where pods go, usage decides how they fare there: CPU is
 * throttled, memory is taken back by killing. Where metrics are not given, nothing is said.
 */
export const usageHigh = definePreflightRule({
  id: "usage-high",
  severity: "warning",
  title: "A node uses more than 80 % of its CPU or memory",
  check: ({ cluster, index, scope, drained }) => {
    if (!isGiven(cluster, "NodeMetrics")) return [];
    return cluster.objects.NodeMetrics.flatMap((metrics) => {
      const node = index.node(metrics.name);
      // What a node uses that is emptied does not matter to those that have to take its pods.
      if (!node || (scope === "plan" && drained.includes(node.name))) return [];
      return (["memory", "cpu"] as const).flatMap((resource) => check(node, metrics, resource));
    });
  },
});

function check(node: Node, { usage }: Usage, resource: "cpu" | "memory"): readonly FindingDraft[] {
  const used = usage[resource] ?? 0;
  const allocatable = node.allocatable[resource] ?? 0;
  if (allocatable === 0 || used <= allocatable * highShare) return [];
  const what = resource === "cpu" ? "CPU" : "memory";
  return [
    {
      subject: node.name,
      ...(resource === "cpu" ? { severity: "info" as const } : {}),
      weight: Math.min(200, Math.floor((used / allocatable) * 100)),
      message: `uses ${formatResource(resource, used)} of ${formatResource(resource, allocatable)} ${what} (${percent(used, allocatable)}), whatever is requested`,
      details: [
        resource === "cpu"
          ? "Pods that land here may start slowly."
          : "Pods that land here may be evicted or killed for memory (MemoryPressure, OOMKilled).",
      ],
      data: { node: node.name, resource, used, allocatable },
    },
  ];
}
