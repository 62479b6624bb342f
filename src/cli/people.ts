import type { Plan, Step } from "../plan/plan.ts";
import { canAsk } from "./confirm.ts";
import { InputError } from "./input-error.ts";

/** Steps that Kubernetes' API cannot do. */
const byPeople: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>([
  "reboot",
  "joinNode",
  "upgradeControlPlane",
  "upgradeKubelet",
  "backupEtcd",
  "hook",
  "approve",
]);

/** Throws InputError where a plan needs a person, and nobody is there. */
export function peopleNeeded(plan: Plan, { yes }: { readonly yes: boolean }): void {
  if (!yes && canAsk()) return;
  const steps = [...plan.steps, ...plan.rollback].flatMap(stepsIn).filter(({ kind }) => byPeople.has(kind));
  if (steps.length === 0) return;
  const names = [...new Set(steps.map(({ kind, name }) => (name === "" ? kind : `${kind} ${name}`)))];
  throw new InputError(
    `this plan needs a person: ${names.join(", ")} is nothing that Kubernetes' API can do.`,
    "Run it on a terminal and without --yes.",
  );
}

function stepsIn(step: Step): Step[] {
  if (step.kind === "rollout")
    return [step, ...step.perNode.flatMap(stepsIn), ...step.afterBatch.flatMap(stepsIn)];
  if (step.kind === "parallel" || step.kind === "sequence") return [step, ...step.steps.flatMap(stepsIn)];
  return [step];
}
