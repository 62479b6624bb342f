import { humanDuration } from "../../lib/duration.ts";
import { describeStep } from "../../exec/program.ts";
import { keyOf } from "../../model/meta.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { flagDuration, horizonPast, podWaits } from "../pod-waits.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { fatalStep, openSteps, type StepReport } from "../step-reports.ts";
import { unmetConditions } from "../unmet-conditions.ts";

/**
 * The plan stops before its last step, for another reason than a drain: a step fails and nothing tolerates it, or one
 * waits for what does not come. Drains have rules of their own.
 */
export const planNotFinished = defineOutcomeRule({
  id: "plan-not-finished",
  severity: "error",
  title: "The plan stops before its end",
  check: (outcome) => {
    const { steps, drains } = outcome.analysis;
    const fatal = fatalStep(steps);
    if (fatal)
      return isToldAsDrain(outcome, fatal) || endsDrain(outcome, fatal) ? [] : [failed(outcome, fatal)];
    if (drains.some((drain) => drain.outcome === "hanging")) return [];
    return openSteps(steps)
      .slice(0, 1)
      .map((open) => waiting(outcome, open));
  },
});

/** Whether it is a drain that has begun: one that nobody answered from the first has no rule of its own. */
function isToldAsDrain({ analysis }: Outcome, { what, path }: StepReport): boolean {
  return what.startsWith("drain") && analysis.drains.some(({ step }) => step === path);
}

/** Whether a drain inside the step was cut short by its end: that is told as a drain that fails. */
function endsDrain({ analysis }: Outcome, { path, ended }: StepReport): boolean {
  return analysis.drains.some((drain) => drain.step.startsWith(`${path}/`) && drain.ended === ended);
}

function failed(outcome: Outcome, step: StepReport): FindingDraft {
  return {
    subject: nameOf(step),
    at: step.endedAt ?? 0,
    events: step.ended === undefined ? [] : [step.ended],
    weight: 850,
    message: step.reason === "" ? "failed" : `failed: ${step.reason}`,
    details: [...unmetConditions(outcome, step), ...notReached(outcome)],
    data: { step: step.path, reason: step.reason, notReached: stepsNotReached(outcome).length },
  };
}

function waiting(outcome: Outcome, step: StepReport): FindingDraft {
  const { analysis } = outcome;
  if (analysis.outcome !== "blocked") return cutOff(outcome, step);
  return {
    subject: nameOf(step),
    at: step.startedAt,
    events: [step.started],
    weight: 850,
    message: `waits for ever: after ${humanDuration(analysis.lastChangeMillis)} no event is left that could end it`,
    details: [...unmetConditions(outcome, step), ...notReached(outcome)],
    data: { step: step.path, isBlocked: true, notReached: stepsNotReached(outcome).length },
  };
}

/** Virtual time ended before the step did: what it was waiting for then, and nothing about what comes after. */
function cutOff(outcome: Outcome, step: StepReport): FindingDraft {
  const { horizon } = outcome.trace.header;
  const drain = outcome.analysis.drains.find(
    (each) => each.step === step.path && each.outcome === "unfinished",
  );
  const waits = drain ? podWaits(outcome, drain) : [];
  const dues = waits.flatMap(({ dueMillis }) => dueMillis ?? []);
  const isDue = dues.length > 0 && dues.length === waits.length;
  const [first] = waits;
  const what = first
    ? `: ${listed(waits.map(({ pod }) => keyOf(pod)))} ${verb(waits.length, "is", "are")} still there (${first.why}${waits.length > 1 ? ", the first" : ""})`
    : "";
  return {
    subject: nameOf(step),
    at: horizon,
    events: [step.started],
    weight: 850,
    message: `not finished within --horizon ${flagDuration(horizon)}${what}`,
    details: [
      ...waits.slice(1, mostWaits).map(({ pod, why }) => `${keyOf(pod)}: ${why}.`),
      ...(waits.length > mostWaits ? [`And ${waits.length - mostWaits} more.`] : []),
      ...unmetConditions(outcome, step),
      isDue
        ? `How it goes on is not rehearsed; --horizon ${horizonPast(Math.max(...dues))} reaches past ${verb(waits.length, "that wait", "those waits")}.`
        : "How it goes on is not rehearsed: that needs a later --horizon.",
      ...notReached(outcome),
    ],
    data: {
      step: step.path,
      isBlocked: false,
      notReached: stepsNotReached(outcome).length,
      horizonSeconds: horizon / 1_000,
      pods: waits.map(({ pod }) => keyOf(pod)),
    },
  };
}

/** Pods whose waits are told one by one. */
const mostWaits = 5;

/** `gate settle`, `uncordon (node-7)`. */
function nameOf({ what, node }: StepReport): string {
  return node === "" ? what : `${what} (${node})`;
}

/** The plan's own steps that had no turn. */
function stepsNotReached({ plan, analysis }: Outcome): string[] {
  const reached = new Set(analysis.steps.map(({ path }) => path));
  return plan.steps.filter((_, index) => !reached.has(`plan/${index}`)).map(describeStep);
}

function notReached(outcome: Outcome): string[] {
  const steps = stepsNotReached(outcome);
  return steps.length === 0 ? [] : [`Not reached: ${counted(steps.length, "step")}, ${listed(steps)}.`];
}
