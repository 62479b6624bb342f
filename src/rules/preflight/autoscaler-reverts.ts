import { hpaFacts } from "../../facts/hpa.ts";
import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import { autoscalersWithoutLoad } from "../../plan/loads.ts";
import type { Step } from "../../plan/plan.ts";
import { placedSteps } from "../../plan/selection.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { autoscalerOf, minimumCommand, minimumStep } from "../autoscaler-suggestions.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A step that scales a workload whose replicas an autoscaler sets: it may set them back before the drain is over.
 * Source: pkg/controller/podautoscaler/horizontal.go; facts/timing.json, controllers.hpa.
 */
export const autoscalerReverts = definePreflightRule({
  id: "autoscaler-reverts",
  severity: "warning",
  title: "The plan scales what an autoscaler scales",
  check: (preflight) => {
    const { cluster, plan } = preflight;
    const still = autoscalersWithoutLoad(cluster, plan.assumptions);
    const steps = placedSteps(cluster, plan).map(({ step }) => step);
    return steps.flatMap((step, at) => {
      const hpa = step.kind === "scale" ? autoscalerOf(cluster, step.workload) : undefined;
      if (!hpa || step.kind !== "scale" || raisesFirst(preflight, hpa, step, steps.slice(0, at))) return [];
      const to = targetOf(preflight, step);
      // With both bounds at that number it is what the autoscaler wants.
      const isHeld = to === hpa.minReplicas && to === hpa.maxReplicas;
      return to === undefined || isHeld ? [] : [finding(step, hpa, to, still.includes(keyOf(hpa)))];
    });
  },
});

type ScaleStep = Extract<Step, { readonly kind: "scale" }>;

function targetOf({ index }: Preflight, step: ScaleStep): number | undefined {
  if (step.to !== undefined) return step.to;
  const replicas = index.scalable(step.workload)?.replicas;
  return replicas === undefined || step.by === undefined ? undefined : Math.max(0, replicas + step.by);
}

/** Whether a step before it moves the autoscaler's bounds so that the number holds. */
function raisesFirst(
  preflight: Preflight,
  hpa: HorizontalPodAutoscaler,
  scale: ScaleStep,
  before: readonly Step[],
): boolean {
  const object = `${hpa.namespace}/HorizontalPodAutoscaler/${hpa.name}`;
  const to = targetOf(preflight, scale) ?? 0;
  return before.some(
    (step) => step.kind === "patch" && step.object === object && Number(step.set["minReplicas"] ?? 0) >= to,
  );
}

function finding(
  { workload }: ScaleStep,
  hpa: HorizontalPodAutoscaler,
  to: number,
  isStill: boolean,
): FindingDraft {
  const { minReplicas, maxReplicas } = hpa;
  const who = `HorizontalPodAutoscaler ${keyOf(hpa)} (${minReplicas} to ${maxReplicas})`;
  const sync = humanDuration(hpaFacts.syncMillis);
  const wait = humanDuration(hpaFacts.downscaleStabilizationSeconds * 1_000);
  const message =
    to === 0
      ? `scaled to 0, ${who} does nothing until somebody scales it up again`
      : to < minReplicas
        ? `scaled to ${to}, and ${who} sets it to ${minReplicas} within ${sync}`
        : to > maxReplicas
          ? `scaled to ${to}, and ${who} sets it to ${maxReplicas} within ${sync}`
          : `scaled to ${to}, and ${who} may set it back, down after ${wait} by default`;
  return {
    subject: workload,
    weight: 225,
    message,
    details: [
      isStill
        ? "What it would decide within its bounds depends on its load, which nobody tells (assumptions.load)."
        : "Its load is known: what it decides is part of the rehearsal.",
    ],
    suggestions: to > minReplicas && to <= maxReplicas ? [keepMinimum(hpa, to)] : [],
    data: { workload, autoscaler: keyOf(hpa), to, minReplicas, maxReplicas },
  };
}

function keepMinimum(hpa: HorizontalPodAutoscaler, to: number): Suggestion {
  return {
    commands: [minimumCommand(hpa, to)],
    edit: { kind: "before", steps: [minimumStep(hpa, to)] },
    cost: `Set ${keyOf(hpa)} back to minReplicas ${hpa.minReplicas} afterwards.`,
    harm: 1,
  };
}
