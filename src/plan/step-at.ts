import type { Plan, Step } from "./plan.ts";
import { turnSteps } from "./strategy.ts";

/**
 * The plan's step at a path such as `plan/1/cp-1/0`: below a rollout stands the node, or `after`, then the step of its
 * turn. Undefined for steps that undo, and for those of another program.
 */
export function stepAt(plan: Plan, path: string): Step | undefined {
  const [phase, ...parts] = path.split("/");
  if (phase !== "plan" && phase !== "rollback") return undefined;
  let list: readonly Step[] = phase === "plan" ? plan.steps : plan.rollback;
  let step: Step | undefined;
  for (let i = 0; i < parts.length; i++) {
    if (step?.kind === "rollout") {
      list = parts[i] === "after" ? step.afterBatch : turnSteps(step, step.name);
      i++;
    } else if (step?.kind === "sequence" || step?.kind === "parallel") list = step.steps;
    step = list[Number(parts[i])];
  }
  return step;
}
