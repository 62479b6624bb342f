import { humanDuration } from "../../lib/duration.ts";
import { describeStep } from "../../exec/program.ts";
import { counted, listed } from "../phrases.ts";
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
    if (fatal) return isDrain(fatal) || endsDrain(outcome, fatal) ? [] : [failed(outcome, fatal)];
    if (drains.some((drain) => drain.outcome === "hanging")) return [];
    return openSteps(steps)
      .slice(0, 1)
      .map((open) => waiting(outcome, open));
  },
});

function isDrain({ what }: StepReport): boolean {
  return what.startsWith("drain");
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
  const isBlocked = analysis.outcome === "blocked";
  const message = isBlocked
    ? `waits for ever: after ${humanDuration(analysis.lastChangeMillis)} no event is left that could end it`
    : `has not ended when virtual time does, after ${humanDuration(analysis.endMillis)}`;
  return {
    subject: nameOf(step),
    at: step.startedAt,
    events: [step.started],
    weight: 850,
    message,
    details: [...unmetConditions(outcome, step), ...notReached(outcome)],
    data: { step: step.path, isBlocked, notReached: stepsNotReached(outcome).length },
  };
}

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
