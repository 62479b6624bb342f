import type { Problem } from "../model/problem.ts";
import { stepPlaces } from "./places.ts";
import type { Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** Steps of an upgrade that name no version, where the plan's target does not tell one either. */
export function versionProblems(plan: Plan, source: Source): readonly Problem[] {
  return stepPlaces(plan).flatMap(({ step, path }) => {
    if (!("to" in step) || step.to !== "") return [];
    const { target } = plan;
    const message =
      target === undefined
        ? `to which version? ${step.kind} needs to: VERSION here, or spec.target: {kubernetesVersion: VERSION}`
        : `to which version? What kubeadm brings with ${target.kubernetesVersion} is not known: write to: VERSION`;
    return [problemAt(path, message, source)];
  });
}
