import { humanDuration } from "../../lib/duration.ts";
import { wallText } from "../../lib/time-zone.ts";
import { isAlwaysOpen, openings, zoneOf } from "../../plan/calendar.ts";
import { durationText } from "../../plan/duration-text.ts";
import type { StepKind } from "../../plan/plan.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import type { StepReport } from "../step-reports.ts";

/** Steps that change nothing, or only give back: it does not matter when they are done. */
const harmless: ReadonlySet<StepKind> = new Set<StepKind>(["wait", "gate", "approve", "uncordon"]);

/** What is begun in a window and ends after it, or has its next step outside. */
export const windowOverrun = defineOutcomeRule({
  id: "window-overrun",
  severity: "error",
  title: "Work goes on after its window has closed",
  check: (outcome) =>
    isAlwaysOpen(outcome.plan) ? [] : works(outcome).flatMap((work) => overrun(outcome, work) ?? []),
});

/** A node's turn in a rollout, or a step outside of them: what is begun as one. */
interface Work {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly number[];
}

function works({ analysis }: Outcome): Work[] {
  const turns = new Map<string, StepReport[]>();
  for (const report of analysis.steps) {
    const { path, node, rollout, isGroup, step } = report;
    if (!path.startsWith("plan/") || isGroup || step === undefined || step.kind === "rollout") continue;
    const key = rollout && node !== "" ? `${rollout.path} ${node}` : path;
    turns.set(key, [...(turns.get(key) ?? []), report]);
  }
  return [...turns.values()].flatMap((reports): Work[] => {
    const first = reports.find(({ step }) => step && !harmless.has(step.kind));
    const last = reports.at(-1);
    if (!first || !last || last.endedAt === undefined) return [];
    const subject = first.node === "" ? first.what : first.node;
    return [{ subject, from: first.startedAt, to: last.endedAt, events: [last.ended ?? last.started] }];
  });
}

function overrun({ plan, cluster }: Outcome, { subject, from, to, events }: Work): FindingDraft | undefined {
  const begun = cluster.asOf + from;
  const [opening] = openings(plan, begun);
  const isInside = opening !== undefined && opening.from <= begun;
  if (isInside && cluster.asOf + to <= opening.to) return undefined;
  const took = humanDuration(to - from);
  const needed = durationText(Math.ceil((to - from) / 60_000) * 60_000);
  const message = isInside
    ? `ends ${humanDuration(cluster.asOf + to - opening.to)} after its window, which closes at ${wallText(opening.to, zoneOf(plan))}`
    : "goes on outside the window, as it was begun before";
  return {
    subject,
    at: to,
    events,
    weight: 640,
    message,
    details: isInside ? [`It takes ${took}: with cutoff: ${needed} it would wait for the next window.`] : [],
    data: { from, to, closes: isInside ? opening.to - cluster.asOf : null },
  };
}
