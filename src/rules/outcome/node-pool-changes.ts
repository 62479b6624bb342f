import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import type { EventOf } from "../../trace/event.ts";
import { counted } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Pools of nodes that grow because pods find no room, or lose nodes that are empty; a warning where pods wait and no pool
 * can help them. Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md.
 */
export const nodePoolChanges = defineOutcomeRule({
  id: "node-pool-changes",
  severity: "info",
  title: "A node pool grows or shrinks meanwhile",
  check: (outcome) => [...changes(outcome), ...stuck(outcome)],
});

type Change = { readonly number: number } & (EventOf<"nodepool.grown"> | EventOf<"nodepool.shrunk">);

function changes({ trace }: Outcome): FindingDraft[] {
  const all = trace.events.flatMap((event, number): Change[] =>
    event.kind === "nodepool.grown" || event.kind === "nodepool.shrunk" ? [{ ...event, number }] : [],
  );
  return [...groupBy(all, ({ pool }) => pool)].map(([pool, steps]) => {
    const [first] = steps as [Change, ...Change[]];
    return {
      subject: pool,
      at: first.time,
      events: steps.map(({ number }) => number),
      weight: 45,
      message: `the pool goes from ${[first.from, ...steps.map(({ to }) => to)].join(" to ")} nodes meanwhile`,
      details: steps.map((step) => `${humanDuration(step.time)}: ${inWords(step)}.`),
      data: {
        pool,
        before: first.from,
        after: steps.at(-1)!.to,
        steps: steps.map(({ time, from, to }) => ({ seconds: time / 1_000, from, to })),
      },
    };
  });
}

function inWords(step: Change): string {
  if (step.kind === "nodepool.grown")
    return `${counted(step.to - step.from, "node")} more, for ${counted(step.pods, "Pending pod")}`;
  return `${step.node} is taken away, empty for ${humanDuration(step.emptyMillis)}`;
}

function stuck({ trace }: Outcome): FindingDraft[] {
  const number = trace.events.findLastIndex(({ kind }) => kind === "nodepool.stuck");
  const event = trace.events[number];
  if (event?.kind !== "nodepool.stuck") return [];
  return [
    {
      subject: "node pools",
      severity: "warning",
      at: event.time,
      events: [number],
      weight: 210,
      message: `${counted(event.pods, "Pending pod")} ${event.pods === 1 ? "brings" : "bring"} no node: ${event.reason}`,
      data: { pods: event.pods, reason: event.reason },
    },
  ];
}
