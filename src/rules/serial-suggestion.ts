import type { Suggestion } from "../verdict/verdict.ts";
import { drainOptionsOf } from "./drain-options.ts";
import { cordonCommand, drainCommand, statusCommands } from "./kubectl-commands.ts";
import { listed } from "./phrases.ts";
import type { Outcome } from "./rule.ts";
import type { ServiceOutage } from "./service-outages.ts";

/**
 * One node at a time, with a wait between, for an outage whose pods stood on several nodes that the plan drains: the
 * second went before the first was back.
 */
export function serialSuggestion(outcome: Outcome, { reason }: ServiceOutage): Suggestion[] {
  const lost = reason.lost.filter(({ leftBy }) => leftBy === "eviction" || leftBy === "delete");
  const nodes = new Set(lost.map(({ node }) => node));
  const drains = outcome.analysis.drains.filter(({ node }) => nodes.has(node));
  // Only these have a rollout status that can be waited for.
  const workloads = [...new Set(lost.map(({ workload }) => workload))].filter((each) =>
    /\/(Deployment|StatefulSet)\//.test(each),
  );
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
