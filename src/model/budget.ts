import type { ObjectMeta } from "./meta.ts";
import type { LabelSelector } from "./selector.ts";
import type { IntOrPercent } from "./workload.ts";

export interface BudgetStatus {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly observedGeneration: number;
  /** Pods whose eviction was accepted and that are still there: name → when (epoch milliseconds). */
  readonly disruptedPods: Readonly<Record<string, number>>;
}

export interface PodDisruptionBudget extends ObjectMeta {
  readonly kind: "PodDisruptionBudget";
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
  /**
   * Undefined selects no pod. An empty selector selects every pod of the namespace
   * (in policy/v1; the reader turns policy/v1beta1's empty selector, which selects none, into undefined).
   */
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy: "IfHealthyBudget" | "AlwaysAllow";
  /** As the snapshot has it; never used in place of what is computed. */
  readonly status?: BudgetStatus;
}

/** `minAvailable 2`, `maxUnavailable 25%`; `no limit` where neither is given. */
export function formatBudgetLimit(budget: PodDisruptionBudget): string {
  if (budget.maxUnavailable !== undefined) return `maxUnavailable ${budget.maxUnavailable}`;
  if (budget.minAvailable !== undefined) return `minAvailable ${budget.minAvailable}`;
  return "no limit";
}
