import { drainers } from "../../facts/drainers.ts";
import { drainerOf } from "../../plan/drainers.ts";
import { stepAt } from "../../plan/step-at.ts";
import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Note } from "../../trace/event.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A drainer whose patience is over takes pods without asking their budgets, and goes on as though nothing had been:
 * what hangs under kubectl finishes here, at a price. Sources by drainer: facts/drainers.ts. One finding a node.
 */
export const drainForced = defineOutcomeRule({
  id: "drain-forced",
  severity: "warning",
  title: "A drainer's time for a node is over and it takes pods past their budgets",
  check: (outcome) => {
    const byNode = new Map<string, { readonly notes: Forced[]; readonly numbers: number[] }>();
    outcome.trace.events.forEach((event, number) => {
      if (event.kind !== "client.note" || event.note.kind !== "forced") return;
      const entry = byNode.get(event.note.node) ?? { notes: [], numbers: [] };
      entry.notes.push(event.note);
      entry.numbers.push(number);
      byNode.set(event.note.node, entry);
    });
    return [...byNode].map(([node, { notes, numbers }]) => finding(outcome, node, notes, numbers));
  },
});

type Forced = Extract<Note, { readonly kind: "forced" }>;

function finding(
  outcome: Outcome,
  node: string,
  notes: readonly Forced[],
  numbers: readonly number[],
): FindingDraft {
  const { index, cluster, plan, trace } = outcome;
  const names = (fate: Forced["fate"]) => [
    ...new Set(notes.filter((note) => note.fate === fate).flatMap(({ pods }) => pods.map(keyOf))),
  ];
  const deleted = names("deleted");
  const left = names("left");
  const all = [...new Set([...deleted, ...left])];
  const budgets = cluster.objects.PodDisruptionBudget.filter((budget) =>
    index.podsOfBudget(budget).some((pod) => all.includes(keyOf(pod))),
  ).map(keyOf);
  const first = trace.events[numbers[0]!]!;
  const step = "step" in first ? stepAt(plan, first.step) : undefined;
  const { title } = drainers[drainerOf(step, plan)];
  const time = humanDuration(notes[0]!.millis);
  const what = [
    ...(deleted.length > 0 ? [`${verb(deleted.length, "is", "are")} deleted`] : []),
    ...(left.length > 0 ? [`${verb(left.length, "goes", "go")} with the machine`] : []),
  ].join(" or ");
  return {
    subject: node,
    at: trace.events[numbers[0]!]!.time,
    events: numbers,
    weight: 450 + Math.min(40, all.length),
    message: `after ${time} of ${title} ${listed(all)} ${what}${budgets.length > 0 ? `, past ${verb(budgets.length, "budget", "budgets")} ${listed(budgets)}` : ""}`,
    details: [
      ...(deleted.length > 0
        ? [`Deleted: ${counted(deleted.length, "pod")}, no budget is asked: ${listed(deleted)}.`]
        : []),
      ...(left.length > 0
        ? [
            `Left on ${node}: ${listed(left)}. What happens to the machine next ends ${verb(left.length, "it", "them")} without notice.`,
          ]
        : []),
    ],
    data: { node, deleted, left, budgets, seconds: notes[0]!.millis / 1_000 },
  };
}
