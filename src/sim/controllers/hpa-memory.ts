import { hpaFacts as facts } from "../../facts/hpa.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import { perSim } from "../per-sim.ts";
import type { Sim } from "../sim.ts";

/** What an autoscaler remembers, times in virtual milliseconds. */
export interface HpaMemory {
  /** Wishes before they were limited. */
  readonly wishes: readonly { readonly at: number; readonly replicas: number }[];
  /** Sizes it has set. */
  readonly steps: readonly { readonly at: number; readonly change: number }[];
}

const memories = perSim(() => new Map<string, HpaMemory>());

export function memoryOf(sim: Sim, key: string): HpaMemory {
  return memories(sim).get(key) ?? { wishes: [], steps: [] };
}

export function keep(sim: Sim, key: string, memory: HpaMemory): void {
  memories(sim).set(key, memory);
}

/** How long a wish counts. Milliseconds. */
export function longestWindow({ scaleUp, scaleDown }: HorizontalPodAutoscaler): number {
  const up = scaleUp?.stabilizationWindowSeconds ?? 0;
  const down = scaleDown?.stabilizationWindowSeconds ?? facts.downscaleStabilizationSeconds;
  return Math.max(up, down) * 1_000;
}

/**
 * The wish that holds a workload at its size although its load asks for another, where the status says that there is one:
 * that of the last scaling, or the size that a young autoscaler found (recordInitialRecommendation), else one of the
 * sync before t = 0, which is as late as can be. Undefined where the status says nothing of the kind.
 */
export function heldWish(
  sim: Sim,
  hpa: HorizontalPodAutoscaler,
  lastSync: number,
): { readonly at: number; readonly replicas: number } | undefined {
  const able = hpa.conditions["AbleToScale"];
  if (able !== "True ScaleDownStabilized" && able !== "True ScaleUpStabilized") return undefined;
  const replicas = hpa.desiredReplicas;
  const isRecent = (at: number) => at <= lastSync && at > -longestWindow(hpa);
  for (const epoch of [hpa.lastScaleAt, hpa.createdAt]) {
    const at = epoch === undefined ? undefined : sim.virtual(epoch);
    if (at !== undefined && isRecent(at)) return { at, replicas };
  }
  return { at: lastSync, replicas };
}

/**
 * Whether what it remembers can still change its answer: wishes that differ from each other, or sizes that were set within
 * the period of a policy.
 */
export function stillBinds(hpa: HorizontalPodAutoscaler, { wishes, steps }: HpaMemory, now: number): boolean {
  const recent = wishes.filter(({ at }) => at > now - longestWindow(hpa));
  const [first] = recent;
  if (first && recent.some(({ replicas }) => replicas !== first.replicas)) return true;
  const rules = [hpa.scaleUp, hpa.scaleDown, facts.defaultScaleUp, facts.defaultScaleDown];
  const periods = rules.flatMap((each) => each?.policies.map(({ periodSeconds }) => periodSeconds) ?? []);
  return steps.some(({ at }) => at > now - Math.max(...periods) * 1_000);
}
