import { drainDefaults, type Plan, type Step } from "../plan/plan.ts";
import { type NeededFlag, neededFlags } from "../rules/needed-flags.ts";
import { readSteps } from "../rules/step-reports.ts";
import type { NotePod } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";

/** The flags that the refused drains of a trace lack, in the order in which kubectl names them. */
export function missingFlags(trace: Trace): readonly NeededFlag[] {
  const { cluster, plan } = trace.header;
  const steps = new Map(readSteps(trace).map(({ path, step }) => [path, step]));
  const found = new Map<string, { flag: NeededFlag; pods: Map<string, NotePod> }>();
  for (const event of trace.events) {
    if (event.kind !== "client.note" || event.note.kind !== "nodeFailed") continue;
    const { problem } = event.note;
    if (problem.kind !== "refused") continue;
    const step = steps.get(event.step);
    const own = step?.kind === "drain" ? step.options : {};
    for (const flag of neededFlags(cluster, problem.groups, {
      ...drainDefaults,
      ...plan.defaults.drain,
      ...own,
    })) {
      const entry = found.get(flag.flag) ?? { flag, pods: new Map<string, NotePod>() };
      for (const pod of flag.pods) entry.pods.set(`${pod.namespace}/${pod.name}`, pod);
      found.set(flag.flag, entry);
    }
  }
  return [...found.values()].map(({ flag, pods }) => ({ ...flag, pods: [...pods.values()] }));
}

/** The plan with these flags added to each of its drains. */
export function withFlags(plan: Plan, flags: readonly Pick<NeededFlag, "option">[]): Plan {
  const added = Object.fromEntries(flags.map(({ option }) => [option, true]));
  const edit = (step: Step): Step => {
    if (step.kind === "drain") return { ...step, options: { ...step.options, ...added } };
    if (step.kind === "parallel" || step.kind === "sequence") return { ...step, steps: step.steps.map(edit) };
    return step.kind === "rollout" ? { ...step, perNode: step.perNode.map(edit) } : step;
  };
  return { ...plan, steps: plan.steps.map(edit) };
}
