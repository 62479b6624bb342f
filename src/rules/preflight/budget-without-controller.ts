import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import type { IntOrPercent } from "../../model/workload.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { type BudgetCount, countBudget } from "../budget-numbers.ts";
import { askingPods } from "../drained-pods.ts";
import { patchCommand } from "../kubectl-commands.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * A percentage or maxUnavailable is a share of what the pods' controllers want: over pods without a controller, or
 * whose controller has no scale, it cannot be counted.
 * Source: pkg/controller/disruption/disruption.go (getExpectedScale); configure-pdb, "Arbitrary workloads".
 */
export const budgetWithoutController = definePreflightRule({
  id: "budget-without-controller",
  severity: "warning",
  title: "A disruption budget cannot be counted for lack of a controller with replicas",
  check: (preflight) => {
    const leaving = new Set(askingPods(preflight));
    return preflight.cluster.objects.PodDisruptionBudget.flatMap((budget) => {
      if (typeof budget.minAvailable === "number" && budget.maxUnavailable === undefined) return [];
      if (budget.minAvailable === undefined && budget.maxUnavailable === undefined) return [];
      const count = countBudget(preflight.index, budget);
      if (count.unscalable.length + count.unmanaged.length === 0) return [];
      if (!count.pods.some((pod) => leaving.has(pod))) return [];
      const owner = ownershipOf(budget, preflight.cluster);
      return [{ ...finding(budget, count), ...noteInPlan(preflight), ...(owner ? { owner } : {}) }];
    });
  },
});

function finding(budget: PodDisruptionBudget, count: BudgetCount): FindingDraft {
  const { unscalable, unmanaged, allowed, healthy, expected, desired } = count;
  const kinds = [...new Set(unscalable.map((pod) => controllerOf(pod)?.kind ?? ""))];
  const limit = formatBudgetLimit(budget);
  const message = !count.isCountable
    ? `${limit} counts from replicas, and a ${listed(kinds)} has none: 0 allowed, always`
    : expected === 0
      ? `${limit} counts from replicas, and no controller owns its ${counted(unmanaged.length, "pod")}: 0 allowed, always`
      : `${limit} counts from ${expected} replicas, without ${counted(unmanaged.length, "pod")} that no controller owns`;
  return {
    subject: keyOf(budget),
    // Then it only protects less than it seems to.
    ...(count.isCountable && expected > 0 ? { severity: "info" as const } : {}),
    weight: 290,
    message,
    details: [
      ...(unscalable.length > 0 ? [`Of ${listed(kinds)}: ${listed(unscalable.map(keyOf))}.`] : []),
      ...(unmanaged.length > 0 ? [`Without a controller: ${listed(unmanaged.map(keyOf))}.`] : []),
      ...(count.isCountable && expected > 0
        ? [`${healthy} healthy - ${desired} needed = ${allowed} allowed.`]
        : []),
      `Only minAvailable with a whole number counts such pods. It selects ${counted(count.pods.length, "pod")}, ${healthy} ${verb(healthy, "is", "are")} Ready.`,
    ],
    suggestions: [wholeNumber(budget, Math.max(0, healthy - 1))],
    data: {
      budget: keyOf(budget),
      allowed,
      healthy,
      expected,
      unscalable: unscalable.length,
      unmanaged: unmanaged.length,
    },
  };
}

/** The same budget with a number that needs no controller, and lets one pod go. */
function wholeNumber(budget: PodDisruptionBudget, minAvailable: number): Suggestion {
  const set: Record<string, IntOrPercent | null> =
    budget.maxUnavailable === undefined ? { minAvailable } : { maxUnavailable: null, minAvailable };
  return {
    commands: [patchCommand(budget.namespace, "pdb", budget.name, set)],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "patch",
          name: `count-${budget.name}`,
          object: `${budget.namespace}/PodDisruptionBudget/${budget.name}`,
          set,
          revert: false,
        },
      ],
    },
    cost: "The number does not follow when pods are added or removed.",
    harm: 3,
  };
}
