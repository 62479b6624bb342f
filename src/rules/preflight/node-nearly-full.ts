import { by } from "../../lib/order.ts";
import type { Node } from "../../model/node.ts";
import { formatResource } from "../../model/quantity.ts";
import { listed } from "../../lib/counted.ts";
import { percent } from "../phrases.ts";
import { requestedOn } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/** From this share on a node is called nearly full: Seatrial's own choice. */
const fullShare = 0.8;

/** With more nodes than this over the share, one finding speaks of all of them. */
const mostSingleNodes = 3;

const resources = ["cpu", "memory", "pods"] as const;

/** Nodes on which more than 80 % of what can be allocated is requested: little lands there when another is drained. */
export const nodeNearlyFull = definePreflightRule({
  id: "node-nearly-full",
  severity: "info",
  title: "More than 80 % of a node is requested",
  check: (preflight) => {
    if (preflight.scope === "plan") return [];
    const full = preflight.cluster.objects.Node.map((node) => fillOf(preflight, node)).filter(
      ({ share }) => share > fullShare,
    );
    if (full.length <= mostSingleNodes) return full.map(single);
    return [together(full, preflight.cluster.objects.Node.length)];
  },
});

interface Fill {
  readonly node: Node;
  /** The fullest of its resources. */
  readonly resource: string;
  readonly requested: number;
  readonly allocatable: number;
  readonly share: number;
}

function fillOf({ index }: Preflight, node: Node): Fill {
  return resources
    .map((resource): Fill => {
      const requested = requestedOn(index, node.name, resource);
      const allocatable = node.allocatable[resource] ?? 0;
      return {
        node,
        resource,
        requested,
        allocatable,
        share: allocatable === 0 ? 0 : requested / allocatable,
      };
    })
    .reduce((most, each) => (each.share > most.share ? each : most));
}

function amountOf({ resource, requested, allocatable }: Fill): string {
  if (resource === "pods") return `${requested} of ${allocatable} pods are there`;
  const [value, unit] = [formatResource(resource, requested), formatResource(resource, allocatable)];
  return `${value} of ${unit} ${resource === "cpu" ? "CPU is" : "memory is"} requested`;
}

function single(fill: Fill): FindingDraft {
  return {
    subject: fill.node.name,
    weight: Math.floor(fill.share * 100),
    message: `${amountOf(fill)} (${percent(fill.requested, fill.allocatable)})`,
    data: { nodes: [fill.node.name], ...dataOf(fill) },
  };
}

function together(full: readonly Fill[], total: number): FindingDraft {
  const sorted = [...full].sort(by(({ node }) => node.name)).sort((a, b) => b.share - a.share);
  const fullest = sorted[0]!;
  return {
    subject: `${full.length} of ${total} nodes`,
    weight: Math.floor(fullest.share * 100),
    message: `more than ${fullShare * 100} % is requested; fullest is ${fullest.node.name}: ${amountOf(fullest)} (${percent(fullest.requested, fullest.allocatable)})`,
    details: [
      `${listed(
        sorted.map(
          (fill) => `${fill.node.name} ${fill.resource} ${percent(fill.requested, fill.allocatable)}`,
        ),
        8,
      )}.`,
    ],
    data: { nodes: sorted.map(({ node }) => node.name), ...dataOf(fullest) },
  };
}

function dataOf({ resource, requested, allocatable }: Fill): Readonly<Record<string, unknown>> {
  return { resource, requested, allocatable };
}
