import type { BudgetStatus, PodDisruptionBudget } from "../../model/budget.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { type BudgetCount, countBudget } from "../budget-numbers.ts";
import { departingPods } from "../drained-pods.ts";
import { counted } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * The status that the snapshot records of a budget is not what its pods say. A rehearsal goes by the pods; a real API
 * server answers by the status. Source: pkg/controller/disruption/disruption.go, pkg/registry/core/pod/storage/eviction.go.
 */
export const statusDisagrees = definePreflightRule({
  id: "status-disagrees",
  severity: "warning",
  title: "A budget's recorded status differs from what its pods say",
  check: (preflight) => {
    const { cluster, index, scope } = preflight;
    if (!isGiven(cluster, "Pod")) return [];
    const leaving = new Set(departingPods(preflight));
    return cluster.objects.PodDisruptionBudget.flatMap((budget) => {
      const { status } = budget;
      if (!status) return [];
      const count = countBudget(index, budget);
      const isTouched = scope === "cluster" || count.pods.some((pod) => leaving.has(pod));
      return isTouched && differs(status, count) ? [finding(budget, status, count)] : [];
    });
  },
});

/** A sync that fails sets the allowance to 0 and leaves the other numbers as they were. */
function differs(status: BudgetStatus, count: BudgetCount): boolean {
  if (status.disruptionsAllowed !== count.allowed) return true;
  if (!count.isCountable) return false;
  return (
    status.currentHealthy !== count.healthy ||
    status.desiredHealthy !== count.desired ||
    status.expectedPods !== count.expected
  );
}

function finding(budget: PodDisruptionBudget, status: BudgetStatus, count: BudgetCount): FindingDraft {
  const isStale = status.observedGeneration < (budget.generation ?? 0);
  const hasGuess = count.owners.some(({ isGuessed }) => isGuessed);
  const isOtherAnswer = status.disruptionsAllowed !== count.allowed;
  return {
    subject: keyOf(budget),
    ...(isOtherAnswer ? {} : { severity: "info" as const }),
    weight: 250,
    message:
      count.pods.length === 0
        ? `recorded: ${status.expectedPods} pods expected, ${status.currentHealthy} healthy; the input has none of them: what is said of this budget is not worth much`
        : `recorded: ${numbers(status.currentHealthy, status.desiredHealthy, status.disruptionsAllowed, status.expectedPods)}; its pods say: ${numbers(count.healthy, count.desired, count.allowed, count.expected)}`,
    details: [
      ...(isStale
        ? [
            `The controller has seen generation ${status.observedGeneration} of ${budget.generation}: until it has seen the newest, evictions are refused.`,
          ]
        : []),
      ...(status.expectedPods > count.expected && count.isCountable
        ? [
            `${counted(status.expectedPods - count.expected, "expected pod")} more than here: does the snapshot lack pods, or is it older than the status?`,
          ]
        : []),
      ...(hasGuess
        ? ["A custom resource owns some of its pods: their number here stands for its replicas."]
        : []),
      isOtherAnswer
        ? "The rehearsal goes by the pods. Look again before the drain: kubectl get pdb -A"
        : "What it allows is the same either way.",
    ],
    data: {
      budget: keyOf(budget),
      recorded: {
        healthy: status.currentHealthy,
        desired: status.desiredHealthy,
        allowed: status.disruptionsAllowed,
        expected: status.expectedPods,
      },
      computed: {
        healthy: count.healthy,
        desired: count.desired,
        allowed: count.allowed,
        expected: count.expected,
      },
      isStale,
    },
  };
}

function numbers(healthy: number, desired: number, allowed: number, expected: number): string {
  return `${healthy} healthy, ${desired} needed, ${allowed} allowed, ${expected} expected`;
}
