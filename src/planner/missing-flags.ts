import { flagAskedFor, type DrainFlag } from "../exec/drain-filters.ts";
import type { NotePod } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import type { Plan, Step } from "../plan/plan.ts";

/** A flag without which kubectl refuses, and the pods it refuses for. */
export interface MissingFlag extends DrainFlag {
  readonly pods: readonly NotePod[];
}

/** The flags that the refused drains of a trace ask for, in the order in which kubectl names them. */
export function missingFlags(trace: Trace): readonly MissingFlag[] {
  const found = new Map<string, { flag: DrainFlag; pods: Map<string, NotePod> }>();
  for (const event of trace.events) {
    if (event.kind !== "client.note" || event.note.kind !== "nodeFailed") continue;
    const { problem } = event.note;
    if (problem.kind !== "refused") continue;
    for (const { message, pods } of problem.groups) {
      const flag = flagAskedFor(message);
      if (!flag) continue;
      const entry = found.get(flag.flag) ?? { flag, pods: new Map<string, NotePod>() };
      for (const pod of pods) entry.pods.set(`${pod.namespace}/${pod.name}`, pod);
      found.set(flag.flag, entry);
    }
  }
  return [...found.values()].map(({ flag, pods }) => ({ ...flag, pods: [...pods.values()] }));
}

/** The plan with these flags added to each of its drains. */
export function withFlags(plan: Plan, flags: readonly DrainFlag[]): Plan {
  const added = Object.fromEntries(flags.map(({ option }) => [option, true]));
  const edit = (step: Step): Step => {
    if (step.kind === "drain") return { ...step, options: { ...step.options, ...added } };
    if (step.kind === "parallel" || step.kind === "sequence") return { ...step, steps: step.steps.map(edit) };
    return step.kind === "rollout" ? { ...step, perNode: step.perNode.map(edit) } : step;
  };
  return { ...plan, steps: plan.steps.map(edit) };
}
