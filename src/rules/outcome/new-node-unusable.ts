import type { NodeView } from "../../trace/world.ts";
import { listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A node that is added, by the plan or an autoscaler, and is still waited for when nothing more comes: its machine never
 * registers, its network never comes up, or what its startup taints, drivers and devices wait for is not there. One that
 * fails or is deleted before is none: its step tells of that. One finding a node.
 */
export const newNodeUnusable = defineOutcomeRule({
  id: "new-node-unusable",
  severity: "error",
  title: "A new node never takes work",
  check: (outcome) => {
    // What is cut off by the horizon may come yet.
    if (outcome.analysis.outcome === "horizon") return [];
    return awaited(outcome).map((arrival) => finding(outcome, arrival));
  },
});

interface Arrival {
  readonly node: string;
  /** The node that it is to be like. */
  readonly like: string;
  /** The last event of its arrival: that its machine starts, or that it has registered. */
  readonly event: number;
}

/** The nodes that are still on their way at the end. */
function awaited({ trace }: Outcome): readonly Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const [number, event] of trace.events.entries())
    switch (event.kind) {
      case "node.joining":
        arrivals.set(event.node, { node: event.node, like: event.like, event: number });
        break;
      case "node.added": {
        const arrival = arrivals.get(event.node);
        if (arrival) arrivals.set(event.node, { ...arrival, event: number });
        break;
      }
      case "node.usable":
      case "node.failed":
      case "node.removed":
        arrivals.delete(event.node);
    }
  return [...arrivals.values()];
}

function finding(outcome: Outcome, { node, like, event }: Arrival): FindingDraft {
  const view = outcome.analysis.world.nodes.get(node);
  const reason = whyUnusable(view);
  const unready = view ? podsNotReady(outcome, node) : [];
  const absent = view ? setsAbsent(outcome, node, like) : [];
  return {
    subject: node,
    at: outcome.trace.events[event]!.time,
    events: [event],
    weight: 860,
    message: `never takes work: ${reason}`,
    details: [
      ...(unready.length > 0 ? [`Not Ready on it: ${listed(unready)}.`] : []),
      ...(absent.length > 0 ? [`On ${like}, and without a pod here: ${listed(absent)}.`] : []),
    ],
    data: { node, like, isRegistered: view !== undefined, reason, podsNotReady: unready, setsAbsent: absent },
  };
}

function whyUnusable(view: NodeView | undefined): string {
  if (!view) return "its machine never registers";
  if (!view.isUp) return "its machine is down";
  if (view.ready !== "True") return "it is not Ready, its network never comes up";
  if (view.taints.length > 0) return `it is Ready, and still tainted ${listed(view.taints)}`;
  return "it is Ready, and a driver, a device or a node agent of it is missing";
}

function podsNotReady({ analysis }: Outcome, node: string): readonly string[] {
  return analysis.world
    .podsOn(node)
    .filter(({ isReady, phase }) => !isReady && phase !== "Succeeded")
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

/** DaemonSets that have a pod on the node that it is like, and none on it: they do not bear its taints, say. */
function setsAbsent({ analysis, index }: Outcome, node: string, like: string): readonly string[] {
  const here = new Set(analysis.world.podsOn(node).map(({ workload }) => workload));
  const pattern = [
    ...index.podsOn(like).map(index.workloadOf),
    ...analysis.world.podsOn(like).map(({ workload }) => workload),
  ];
  return [...new Set(pattern)].filter(
    (workload) => workload.split("/")[1] === "DaemonSet" && !here.has(workload),
  );
}
