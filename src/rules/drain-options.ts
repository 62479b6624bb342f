import { drainOptionsIn } from "../exec/drain-rules.ts";
import type { DrainOptions } from "../plan/plan.ts";
import { durationText } from "../plan/duration-text.ts";
import type { NodeDrainReport, Suggestion } from "../verdict/verdict.ts";
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

/** The flags by which a rehearsed edit changes drains: those that a plan spells as it holds them, and the time-out. */
type ChangedFlags = Partial<
  Pick<DrainOptions, "ignoreDaemonSets" | "deleteEmptyDirData" | "force" | "disableEviction" | "timeout">
>;

/**
 * Other flags for the drains of the plan, as an edit and as what to type: kubectl's command where the plan is that one
 * drain, else the plan's own fields, as the edit is of each of its drains and a command of one would not be what was rehearsed.
 */
export function drainsChanged(
  outcome: Outcome,
  drain: NodeDrainReport,
  changes: ChangedFlags,
): Pick<Suggestion, "commands" | "edit"> {
  const { steps } = outcome.plan;
  const isAlone = steps.length === 1 && steps[0]!.kind === "drain";
  const { timeout, ...rest } = changes;
  const fields = { ...rest, ...(timeout === undefined ? {} : { timeout: durationText(timeout) }) };
  const texts = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return {
    commands: isAlone
      ? drainAgain(outcome, drain, changes)
      : [`# in each drain of the plan: ${texts.join(", ")}`],
    edit: { kind: "drain", options: changes },
  };
}
