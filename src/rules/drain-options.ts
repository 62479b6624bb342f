import { drainDefaults, type DrainOptions } from "../plan/plan.ts";
import type { NodeDrainReport } from "../verdict/verdict.ts";
import type { Outcome } from "./rule.ts";

/** The flags that a node was drained with: the step's own, above the plan's defaults, above kubectl's. */
export function drainOptionsOf({ plan, analysis }: Outcome, drain: NodeDrainReport): DrainOptions {
  const step = analysis.steps.find(({ path }) => path === drain.step)?.step;
  return { ...drainDefaults, ...plan.defaults.drain, ...(step?.kind === "drain" ? step.options : {}) };
}
