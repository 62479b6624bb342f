import { isNodeReady } from "../../model/node.ts";
import type { NodeView } from "../../trace/world.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { type IntendedNode, intendedNodes } from "../intended-nodes.ts";
import { uncordonCommand } from "../kubectl-commands.ts";
import { listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { bringBack, removeNode } from "../silent-node.ts";
import { toleratedFailures } from "../step-reports.ts";

/**
 * A node that the plan means to give back and that is cordoned, tainted or not Ready at the end. A drain that is meant
 * to leave its node cordoned is none; nor is a node whose own drain fails or hangs, or that was quarantined: other
 * rules tell of those, and of new nodes that never took work.
 */
export const nodesNotBack = defineOutcomeRule({
  id: "nodes-not-back",
  severity: "error",
  title: "A node is not back in service at the end",
  check: (outcome) => {
    const { plan, analysis } = outcome;
    const isAsserted =
      plan.assertions.length === 0 || plan.assertions.some(({ kind }) => kind === "nodesBack");
    const toldElsewhere = nodesToldElsewhere(outcome);
    const usable = nodesUsable(outcome);
    return intendedNodes(outcome).flatMap((intended) => {
      const view = analysis.world.nodes.get(intended.node);
      if (!view || !usable.has(intended.node) || toldElsewhere.has(intended.node)) return [];
      const lacks = whatIsLeft(outcome, intended, view);
      if (lacks.length === 0) return [];
      const draft = finding(outcome, intended, view, lacks);
      return [isAsserted ? draft : { ...draft, severity: "warning" as const }];
    });
  },
});

/** The nodes that were there from the beginning, and those that joined and came as far as taking work. */
function nodesUsable({ trace, cluster }: Outcome): ReadonlySet<string> {
  const joined = trace.events.flatMap((event) => (event.kind === "node.usable" ? [event.node] : []));
  return new Set([...cluster.objects.Node.map(({ name }) => name), ...joined]);
}

function nodesToldElsewhere({ analysis }: Outcome): ReadonlySet<string> {
  const drains = analysis.drains.filter(({ outcome }) => outcome !== "drained" && outcome !== "notReached");
  const quarantined = toleratedFailures(analysis.steps).filter(
    ({ afterFailure }) => afterFailure === "quarantine",
  );
  return new Set([...drains, ...quarantined].map(({ node }) => node));
}

/** What keeps the node out of service, against what the plan means; worst first. */
function whatIsLeft({ index }: Outcome, intended: IntendedNode, view: NodeView): string[] {
  const original = index.node(view.name);
  const wasReady = original === undefined || isNodeReady(original);
  const lacks: string[] = [];
  if (!view.isUp && wasReady) lacks.push("its machine is down");
  else if (view.ready !== "True" && wasReady) lacks.push(`NotReady (Ready ${view.ready})`);
  if (view.isCordoned && !(intended.cordoned ?? original?.unschedulable ?? false)) lacks.push("cordoned");
  const left = view.taints.filter((taint) => intended.untainted.includes(taint));
  if (left.length > 0) lacks.push(`tainted ${left.join(", ")}`);
  return lacks;
}

function finding(
  outcome: Outcome,
  intended: IntendedNode,
  view: NodeView,
  lacks: readonly string[],
): FindingDraft {
  const { node } = intended;
  const events = lastEvents(outcome, node);
  const last = outcome.trace.events[events[0] ?? -1];
  return {
    subject: node,
    ...(last ? { at: last.time } : {}),
    events,
    weight: 820,
    message: `not back in service at the end: ${listed(lacks)}`,
    details: [
      intended.isTouched
        ? "The plan's steps mean it to be back; the one that would have done it was not reached, or did not help."
        : outcome.index.node(node)
          ? "It was Ready before the plan, and no step of the plan is about it."
          : "It joined and took work, and no later step of the plan is about it.",
    ],
    suggestions: wayBack(intended, view, lacks),
    data: {
      node,
      lacks,
      ready: view.ready,
      isUp: view.isUp,
      isCordoned: view.isCordoned,
      taints: view.taints,
    },
  };
}

/** The last events that changed the node's state, newest first. */
function lastEvents({ trace }: Outcome, node: string): number[] {
  const kinds = new Set(["node.down", "node.ready", "node.cordoned", "node.tainted"]);
  const number = trace.events.findLastIndex(
    (event) => "node" in event && event.node === node && kinds.has(event.kind),
  );
  return number < 0 ? [] : [number];
}

function wayBack({ node, untainted }: IntendedNode, view: NodeView, lacks: readonly string[]): Suggestion[] {
  if (!view.isUp) return [bringBack(node), removeNode(node)];
  if (view.ready !== "True") return [bringBack(node)];
  const commands = [
    ...(lacks.includes("cordoned") ? [uncordonCommand([node])] : []),
    ...view.taints
      .filter((taint) => untainted.includes(taint))
      .map((taint) => `kubectl taint nodes ${shellWord(node)} ${shellWord(`${taint}-`)}`),
  ];
  return [
    {
      commands,
      edit: { kind: "none" },
      cost: "Once it is clear why the plan did not come that far.",
      harm: 1,
    },
  ];
}
