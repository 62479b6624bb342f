import { formatBytes, formatCpu } from "../../model/quantity.ts";
import { listed } from "../../lib/counted.ts";
import { percent } from "../phrases.ts";
import { type NodeLoad, nodeLoads } from "../node-loads.ts";
import { defineOutcomeRule, type FindingDraft } from "../rule.ts";

/** From this share of its allocatable requested a node has hardly room for one pod more. */
const fullShare = 0.9;
/** More nodes than these are one finding. */
const nodesEach = 3;

/**
 * Nodes of whose CPU or memory more than 90 % is requested at the end, because of the pods that moved there: the next
 * drain, or a node that is lost, finds no room.
 */
export const nodeNearlyFullAfter = defineOutcomeRule({
  id: "node-nearly-full-after",
  severity: "warning",
  title: "A node is nearly full after the moves",
  check: (outcome) => {
    const full = nodeLoads(outcome).flatMap((load) => {
      const amounts = resources.filter((each) => isFilled(load, each)).map((each) => phrase(load, each));
      return amounts.length === 0 ? [] : [{ load, amounts }];
    });
    if (full.length <= nodesEach) return full.map(({ load, amounts }) => finding(load, amounts));
    return [
      together(
        full.map(({ load }) => load.node),
        full.map(({ load, amounts }) => `${load.node}: ${amounts.join(", ")}.`),
      ),
    ];
  },
});

const resources = ["cpu", "memory"] as const;
type Requested = (typeof resources)[number];

function isFilled({ before, after, allocatable }: NodeLoad, resource: Requested): boolean {
  const now = after[resource] ?? 0;
  return now > fullShare * (allocatable[resource] ?? Infinity) && now > (before[resource] ?? 0);
}

/** `28.7 of 30.9 Gi memory requested (93 %)` */
function phrase({ after, allocatable }: NodeLoad, resource: Requested): string {
  const now = after[resource] ?? 0;
  const all = allocatable[resource] ?? 0;
  const share = percent(now, all);
  if (resource === "cpu") return `${formatCpu(now)} of ${formatCpu(all)} CPU requested (${share})`;
  const [amount, unit] = formatBytes(now).split(" ");
  const [limit, limitUnit] = formatBytes(all).split(" ");
  const part = unit === limitUnit ? amount : `${amount} ${unit}`;
  return `${part} of ${limit} ${limitUnit} memory requested (${share})`;
}

function finding(load: NodeLoad, amounts: readonly string[]): FindingDraft {
  const { node, before, after, allocatable } = load;
  const came = resources.map((each) => (after[each] ?? 0) - (before[each] ?? 0));
  return {
    subject: node,
    weight: 150,
    message: `${node} has ${listed(amounts)}`,
    details: [
      `The moves brought ${formatCpu(Math.max(0, came[0]!))} CPU and ${formatBytes(Math.max(0, came[1]!))} memory; before: ${percent(before["cpu"] ?? 0, allocatable["cpu"] ?? 0)} CPU, ${percent(before["memory"] ?? 0, allocatable["memory"] ?? 0)} memory.`,
    ],
    data: { node, before: pick(before), after: pick(after), allocatable: pick(allocatable) },
  };
}

function pick(amounts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return { cpu: amounts["cpu"] ?? 0, memory: amounts["memory"] ?? 0 };
}

function together(nodes: readonly string[], lines: readonly string[]): FindingDraft {
  return {
    subject: `${nodes.length} nodes`,
    weight: 150 + nodes.length,
    message: `${nodes.length} nodes have more than 90 % of their CPU or memory requested: ${listed(nodes)}`,
    details: lines,
    data: { nodes },
  };
}
