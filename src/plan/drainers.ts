import { stepPlaces } from "./places.ts";
import type { Drainer, Plan, Step } from "./plan.ts";

/** Whose rules a step drains by: its own word, else the plan's. */
export function drainerOf(step: Step | undefined, { drainer }: Pick<Plan, "drainer">): Drainer {
  return step?.kind === "drain" ? (step.drainer ?? drainer) : drainer;
}

/** Everybody who drains in a plan; the plan's own where nothing is drained. */
export function drainersIn(plan: Plan): readonly Drainer[] {
  const all = stepPlaces(plan).flatMap(({ step }) => (step.kind === "drain" ? drainerOf(step, plan) : []));
  return all.length === 0 ? [plan.drainer] : [...new Set(all)];
}
