import { isGiven } from "../../model/cluster.ts";
import type { Node } from "../../model/node.ts";
import type { Usage } from "../../model/policy.ts";
import { formatResource } from "../../model/quantity.ts";
import { counted, listed } from "../../lib/counted.ts";
import { percent } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/** From this share of what can be allocated on usage is called high: Seatrial's own choice. */
const highShare = 0.8;

/** With more nodes than this, one finding speaks of all of them. */
const mostSingleNodes = 3;

/**
 * Nodes whose measured usage is above 80 %. Requests decide where pods go, usage decides how they fare there: CPU is
 * throttled, memory is taken back by killing. Where metrics are not given, nothing is said.
 * Source: kubernetes.io, "Resource metrics pipeline" and "Node-pressure Eviction".
 */
export const usageHigh = definePreflightRule({
  id: "usage-high",
  severity: "warning",
  title: "A node uses more than 80 % of its CPU or memory",
  check: ({ cluster, index, scope, drained }) => {
    if (!isGiven(cluster, "NodeMetrics")) return [];
    const hot = cluster.objects.NodeMetrics.flatMap((metrics): Hot[] => {
      const node = index.node(metrics.name);
      // What a node uses that is emptied does not matter to those that have to take its pods.
      if (!node || (scope === "plan" && drained.includes(node.name))) return [];
      const uses = (["memory", "cpu"] as const).flatMap((resource) => usesOf(node, metrics, resource));
      return uses.length > 0 ? [{ node: node.name, uses }] : [];
    });
    return hot.length <= mostSingleNodes ? hot.map(single) : [together(hot, cluster.objects.Node.length)];
  },
});

interface Use {
  readonly resource: "cpu" | "memory";
  readonly used: number;
  readonly allocatable: number;
}

interface Hot {
  readonly node: string;
  /** What of it is above the share; memory first. */
  readonly uses: readonly Use[];
}

function usesOf(node: Node, { usage }: Usage, resource: "cpu" | "memory"): readonly Use[] {
  const used = usage[resource] ?? 0;
  const allocatable = node.allocatable[resource] ?? 0;
  return allocatable > 0 && used > allocatable * highShare ? [{ resource, used, allocatable }] : [];
}

function amountOf({ resource, used, allocatable }: Use): string {
  const what = resource === "cpu" ? "CPU" : "memory";
  return `${formatResource(resource, used)} of ${formatResource(resource, allocatable)} ${what} (${percent(used, allocatable)})`;
}

const consequences = {
  memory: "Pods that land there may be evicted or killed for memory (MemoryPressure, OOMKilled).",
  cpu: "Pods that land there may start slowly.",
} as const;

function judgementOf(hot: readonly Hot[]): Pick<FindingDraft, "severity" | "weight" | "data"> {
  const uses = hot.flatMap((each) => each.uses);
  const isMemory = uses.some(({ resource }) => resource === "memory");
  const share = Math.max(...uses.map(({ used, allocatable }) => Math.floor((used / allocatable) * 100)));
  return {
    ...(isMemory ? {} : { severity: "info" as const }),
    weight: Math.min(200, share),
    data: {
      nodes: hot.map(({ node }) => node),
      uses: hot.flatMap(({ node, uses: own }) => own.map((use) => ({ node, ...use }))),
    },
  };
}

function single(hot: Hot): FindingDraft {
  return {
    subject: hot.node,
    message: `uses ${listed(hot.uses.map(amountOf))}, whatever is requested`,
    details: hot.uses.map(({ resource }) => consequences[resource]),
    ...judgementOf([hot]),
  };
}

function together(hot: readonly Hot[], total: number): FindingDraft {
  const resources = (["memory", "cpu"] as const).filter((resource) =>
    hot.some(({ uses }) => uses.some((use) => use.resource === resource)),
  );
  return {
    subject: `${hot.length} of ${counted(total, "node")}`,
    message: `use more than ${highShare * 100} % of their ${listed(resources.map((each) => (each === "cpu" ? "CPU" : each)))}, whatever is requested`,
    details: [
      `${listed(
        hot.map(({ node, uses }) => `${node} ${listed(uses.map(amountOf))}`),
        8,
      )}.`,
      ...resources.map((resource) => consequences[resource]),
    ],
    ...judgementOf(hot),
  };
}
