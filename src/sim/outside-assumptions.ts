import { humanDuration } from "../lib/duration.ts";
import type { Duration } from "../plan/assumptions.ts";
import { matcherText, outsideText } from "../plan/outside.ts";
import { stepPlaces } from "../plan/places.ts";
import type { Plan } from "../plan/plan.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/** What a rehearsal takes for the answers of those whom it does not ask: commands, Prometheus, its alerts. */
export function outsideAssumptions(plan: Plan): AssumptionUse[] {
  const conditions = stepPlaces(plan).flatMap(({ step }) => (step.kind === "gate" ? step.until : []));
  const gates = conditions.flatMap((condition): AssumptionUse[] =>
    condition.kind === "command" || condition.kind === "prometheus"
      ? [{ what: "gate", subject: outsideText(condition), ...taken(condition.assume), detail: "gate" }]
      : [],
  );
  const alerts = (plan.alerts ?? []).map(({ matchers }): AssumptionUse => ({
    what: "alerts",
    subject: matchers.map(matcherText).join(","),
    millis: 0,
    amount: "none fires",
    origin: "default",
    detail: "alerts",
  }));
  return [...gates, ...alerts, ...people(plan)];
}

/** How long people are taken to need. */
function people(plan: Plan): AssumptionUse[] {
  return stepPlaces(plan).flatMap(({ step }): AssumptionUse[] => {
    if (step.kind === "approve")
      return [{ what: "approval", subject: step.name, ...taken(step.assume), detail: "approve" }];
    if (step.kind !== "hook" || step.manual === undefined) return [];
    return [{ what: "by hand", subject: step.name, ...taken(step.duration), origin: "plan", detail: "hook" }];
  });
}

/** What is not said is taken to hold at once. */
function taken(assume: Duration): Pick<AssumptionUse, "millis" | "amount" | "origin"> {
  switch (assume.kind) {
    case "never":
      return { millis: 0, amount: "never", origin: "plan" };
    case "fixed":
      return assume.millis === 0
        ? { millis: 0, amount: "at once", origin: "default" }
        : { millis: assume.millis, amount: `after ${humanDuration(assume.millis)}`, origin: "plan" };
    case "distribution": {
      const [low, high] = [assume.table[0]?.[1] ?? 0, assume.table.at(-1)?.[1] ?? 0];
      const amount = `after ${humanDuration(low)} to ${humanDuration(high)}`;
      return { millis: high, amount, origin: "plan" };
    }
  }
}
