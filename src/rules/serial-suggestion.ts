import type { Suggestion } from "../verdict/verdict.ts";
import type { PendingPod } from "./analysis.ts";
import { drainOptionsOf } from "./drain-options.ts";
import { cordonCommand, drainCommand, statusCommands, uncordonCommand } from "./kubectl-commands.ts";
import { listed } from "../lib/counted.ts";
import type { PodLife } from "./pod-lives.ts";
import type { Outcome } from "./rule.ts";

/**
 * One node at a time, each given back before the next, where pods of these workloads have no place left but on nodes
 * that the plan drained before: nothing but their uncordon brings them back.
 */
export function turnsSuggestion(outcome: Outcome, waiting: readonly PendingPod[]): Suggestion[] {
  const { analysis, drained } = outcome;
  const isCordoned = (node: string) => analysis.world.nodes.get(node)?.isCordoned === true;
  const ids = new Set(waiting.map(({ pod }) => pod));
  const moves = analysis.moves.filter(({ replacement }) => replacement && ids.has(replacement.pod));
  // All that waits is waited for, so that one and the same way is suggested wherever it helps.
  const workloads = waitable(analysis.pending.map(({ workload }) => workload));
  const drains = analysis.drains.filter(({ node }) => isCordoned(node));
  const isPlanned = moves.every(({ from }) => drained.includes(from) && isCordoned(from));
  if (drains.length < 2 || moves.length === 0 || workloads.length === 0 || !isPlanned) return [];
  const commands = drains.flatMap((drain, index) => {
    const own = drainCommand([drain.node], drainOptionsOf(outcome, drain));
    return index === drains.length - 1
      ? [own]
      : [own, uncordonCommand([drain.node]), ...statusCommands(workloads)];
  });
  return [
    {
      commands,
      edit: { kind: "serial", waitFor: workloads, uncordon: true },
      cost: "Each node's maintenance is done, and the node given back, before the next is drained.",
      harm: 1,
    },
  ];
}

/** Only these have a rollout status that can be waited for. */
function waitable(workloads: readonly string[]): string[] {
  return [...new Set(workloads)].filter((each) => /\/(Deployment|StatefulSet)\//.test(each));
}

/**
 * One node at a time, with a wait between, for an outage whose pods stood on several nodes that the plan drains: the
 * second went before the first was back.
 */
export function serialSuggestion(outcome: Outcome, gone: readonly PodLife[]): Suggestion[] {
  const lost = gone.filter(({ leftBy }) => leftBy === "eviction" || leftBy === "delete");
  const nodes = new Set(lost.map(({ node }) => node));
  const drains = outcome.analysis.drains.filter(({ node }) => nodes.has(node));
  const workloads = waitable(lost.map(({ workload }) => workload));
  if (drains.length < 2 || workloads.length === 0) return [];
  const isInRollout = outcome.analysis.steps.some(({ path, rollout }) => path === drains[0]!.step && rollout);
  const commands = [
    // So that what leaves the first does not land on the next.
    ...(isInRollout ? [] : [cordonCommand(drains.map(({ node }) => node))]),
    ...drains.flatMap((drain, index) => [
      ...(index === 0 ? [] : statusCommands(workloads)),
      drainCommand([drain.node], drainOptionsOf(outcome, drain)),
    ]),
  ];
  return [
    {
      commands,
      edit: { kind: "serial", waitFor: workloads },
      cost: `One node after another takes longer: each waits until ${listed(workloads)} ${workloads.length === 1 ? "is" : "are"} Ready again.`,
      harm: 1,
    },
  ];
}
