import type { Cluster } from "../model/cluster.ts";
import { parseRef } from "../model/meta.ts";
import type { HorizontalPodAutoscaler } from "../model/policy.ts";
import type { Step } from "../plan/plan.ts";
import type { Suggestion } from "../verdict/verdict.ts";
import { shellWord } from "../lib/shell-word.ts";

/** The autoscaler that sets a workload's replicas, if there is one. */
export function autoscalerOf(cluster: Cluster, workload: string): HorizontalPodAutoscaler | undefined {
  const ref = parseRef(workload);
  if (!ref) return undefined;
  return cluster.objects.HorizontalPodAutoscaler.find(
    ({ namespace, target }) =>
      namespace === ref.namespace && target.kind === ref.kind && target.name === ref.name,
  );
}

/** The patch that keeps an autoscaler from going below a number, as a command. */
export function minimumCommand(hpa: HorizontalPodAutoscaler, minReplicas: number): string {
  const patch = JSON.stringify({ spec: { minReplicas } });
  return `kubectl -n ${shellWord(hpa.namespace)} patch hpa ${shellWord(hpa.name)} -p '${patch}'`;
}

/** The same patch as a step of a plan; it is set back at the end. */
export function minimumStep(hpa: HorizontalPodAutoscaler, minReplicas: number): Step {
  return {
    kind: "patch",
    name: `minimum-${hpa.name}`,
    object: `${hpa.namespace}/HorizontalPodAutoscaler/${hpa.name}`,
    set: { minReplicas },
    revert: true,
  };
}

/** A scale-up of a workload that an autoscaler would scale down again: its minimum goes up first. */
export function scaleUnderAutoscaler(up: Suggestion, hpa: HorizontalPodAutoscaler): Suggestion | undefined {
  if (up.edit.kind !== "before") return undefined;
  const to = up.edit.steps.find((step) => step.kind === "scale")?.to;
  if (to === undefined || to > hpa.maxReplicas) return undefined;
  if (to <= hpa.minReplicas) return up;
  return {
    ...up,
    commands: [minimumCommand(hpa, to), ...up.commands],
    edit: { kind: "before", steps: [minimumStep(hpa, to), ...up.edit.steps] },
    cost: `Set ${hpa.namespace}/${hpa.name} back to minReplicas ${hpa.minReplicas} afterwards.`,
  };
}
