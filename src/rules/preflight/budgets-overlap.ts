import { evictionFacts } from "../../facts/eviction.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { by } from "../../lib/order.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { countBudget } from "../budget-numbers.ts";
import { withoutSelector } from "../budget-suggestions.ts";
import { askingPods } from "../drained-pods.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { byWorkload } from "../pod-groups.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods that two budgets select: their eviction is answered with 500, which kubectl does not retry, whatever the
 * budgets allow. Source: pkg/registry/core/pod/storage/eviction.go; facts/drain.json, evictionSubresource.
 */
export const budgetsOverlap = definePreflightRule({
  id: "budgets-overlap",
  severity: "warning",
  title: "More than one disruption budget selects a pod",
  check: (preflight) => {
    const { index, cluster } = preflight;
    const budgets = new Map<Pod, PodDisruptionBudget[]>();
    for (const budget of cluster.objects.PodDisruptionBudget)
      for (const pod of index.podsOfBudget(budget)) budgets.set(pod, [...(budgets.get(pod) ?? []), budget]);
    const doubled = askingPods(preflight).filter((pod) => (budgets.get(pod)?.length ?? 0) > 1);
    return byWorkload(index, doubled).map(({ subject, pods }) =>
      finding(preflight, subject, pods, budgets.get(pods[0]!)!),
    );
  },
});

function finding(
  preflight: Preflight,
  subject: string,
  pods: readonly Pod[],
  budgets: readonly PodDisruptionBudget[],
): FindingDraft {
  const names = budgets.map(keyOf);
  const spare = [...budgets]
    .sort(by(keyOf))
    .sort((a, b) => othersOf(preflight, a, pods) - othersOf(preflight, b, pods));
  const owner = ownershipOf(spare[0]!, preflight.cluster);
  return {
    subject,
    ...noteInPlan(preflight),
    weight: 310 + pods.length,
    message: `${counted(budgets.length, "budget")} select it (${listed(names)}): evicting ${counted(pods.length, "pod")} is answered with 500`,
    details: [
      ...budgets.map((budget) => `${keyOf(budget)}: ${formatBudgetLimit(budget)}.`),
      `"${evictionFacts.messages.twoBudgets}"`,
      ...(isByKubectl(preflight)
        ? ["kubectl does not retry that: the drain fails at these pods, and the node stays cordoned."]
        : []),
    ],
    suggestions: spare.map((budget) =>
      withoutSelector(
        budget,
        names.filter((name) => name !== keyOf(budget)),
      ),
    ),
    ...(owner ? { owner } : {}),
    data: {
      workload: subject,
      budgets: names,
      pods: pods.map(keyOf),
      allowed: budgets.map((budget) => countBudget(preflight.index, budget).allowed),
    },
  };
}

/** How many other pods a budget protects: the one with the fewest is the one to put aside. */
function othersOf({ index }: Preflight, budget: PodDisruptionBudget, pods: readonly Pod[]): number {
  return index.podsOfBudget(budget).filter((pod) => !pods.includes(pod)).length;
}
