import { humanDuration } from "../../lib/duration.ts";
import type { EventOf } from "../../trace/event.ts";
import type { Move } from "../../trace/timelines.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A node that is deleted with pods on it: nothing evicts them, so no budget is asked and no grace period kept. They are
 * collected once their node is seen to be gone. Source: pkg/controller/podgc (quarantine 40 s, a look every 20 s);
 * facts/drain.json, node deletion. One finding a node.
 */
export const deletedUndrained = defineOutcomeRule({
  id: "deleted-undrained",
  severity: "warning",
  title: "A node is deleted while pods are on it",
  check: (outcome) =>
    outcome.trace.events.flatMap((event, number) =>
      event.kind === "node.removed" ? judge(outcome, event, number) : [],
    ),
});

function judge(
  { analysis }: Outcome,
  { node, time }: EventOf<"node.removed">,
  number: number,
): FindingDraft[] {
  const left = analysis.moves.filter(
    ({ from, by, evictedAt }) => from === node && by === "pod-gc" && evictedAt >= time,
  );
  if (left.length === 0) return [];
  const back = left.flatMap(({ replacement }) => replacement?.readyAt ?? []);
  return [
    {
      subject: node,
      at: time,
      events: [number],
      weight: 400 + Math.min(50, left.length),
      message: `deleted with ${counted(left.length, "pod")} on it: no budget is asked, and no grace period is kept`,
      details: [
        `${listed(left.map(nameOf))} ${verb(left.length, "is", "are")} collected ${humanDuration(lastOf(left) - time)} later.`,
        back.length === left.length
          ? `All are Ready again ${humanDuration(Math.max(...back) - time)} after the deletion.`
          : `${counted(left.length - back.length, "of them does", "of them do")} not come back Ready.`,
      ],
      suggestions: [
        {
          commands: [`kubectl drain ${shellWord(node)} --ignore-daemonsets --delete-emptydir-data`],
          edit: { kind: "none" },
          cost: "Before the deletion: takes as long as the drain.",
          harm: 0,
        },
      ],
      data: { node, pods: left.map(nameOf) },
    },
  ];
}

function nameOf({ namespace, name }: Move): string {
  return `${namespace}/${name}`;
}

function lastOf(moves: readonly Move[]): number {
  return Math.max(...moves.map(({ evictedAt }) => evictedAt));
}
