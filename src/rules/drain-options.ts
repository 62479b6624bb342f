import { drainOptionsIn } from "../exec/drain-rules.ts";
import type { DrainOptions } from "../plan/plan.ts";
import type { NodeDrainReport } from "../verdict/verdict.ts";
import { drainCommand } from "./kubectl-commands.ts";
import type { Outcome } from "./rule.ts";

/** The flags that a node was drained with: the step's own, above the plan's defaults, above the drainer's. */
export function drainOptionsOf({ plan, analysis }: Outcome, drain: NodeDrainReport): DrainOptions {
  const step = analysis.steps.find(({ path }) => path === drain.step)?.step;
  return drainOptionsIn(plan, step);
}

/** The command of a drain with other flags, for all the nodes that it was given: what a change of the step means. */
export function drainAgain(
  outcome: Outcome,
  drain: NodeDrainReport,
  changes: Partial<DrainOptions>,
): readonly string[] {
  const together = outcome.analysis.drains.filter(({ step }) => step === drain.step);
  const nodes = together.map(({ node }) => node);
  return [drainCommand(nodes, { ...drainOptionsOf(outcome, drain), ...changes })];
}
