import { excludeFromBalancers } from "../facts/drainers.ts";
import { fixed } from "../plan/assumptions.ts";
import type { Step } from "../plan/plan.ts";
import type { Suggestion } from "../verdict/verdict.ts";
import { shellWord } from "../lib/shell-word.ts";
import type { Outcome } from "./rule.ts";

/** The label that takes a node out of every balancer, and time for them to follow, before its pods go. */
export function takeOut(outcome: Outcome, node: string, millis: number): Suggestion {
  const wait = Math.max(millis, outcome.plan.assumptions.loadBalancer?.deregistration ?? 0);
  const steps: readonly Step[] = [
    {
      kind: "label",
      name: `out-of-balancers-${node}`,
      nodes: { kind: "names", names: [node] },
      labels: { [excludeFromBalancers]: "true" },
    },
    { kind: "wait", name: `balancers-follow-${node}`, duration: fixed(wait) },
  ];
  return {
    commands: [
      `kubectl label node ${shellWord(node)} ${excludeFromBalancers}=true`,
      `sleep ${Math.ceil(wait / 1_000)}`,
    ],
    edit: { kind: "beforeDrain", node, steps },
    cost: `Take it off again afterwards: kubectl label node ${shellWord(node)} ${excludeFromBalancers}-`,
    harm: 1,
  };
}
