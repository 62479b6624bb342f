import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { autoscalerOf, scaleUnderAutoscaler } from "../autoscaler-suggestions.ts";
import { type BudgetCount, countBudget, roundingOf } from "../budget-numbers.ts";
import { loosen, neededOf, scaleUp } from "../budget-suggestions.ts";
import { isReady } from "../../model/pod.ts";
import { askingPods } from "../drained-pods.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { conditionLines, knownOperator } from "../operator-budgets.ts";
import { nodesOf } from "../pod-groups.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A budget that allows no disruption even when every wanted replica is Ready: each drain of a node with one of its
 * pods waits for ever. Source: kubernetes.io/docs/tasks/run-application/configure-pdb; pkg/controller/disruption.
 */
export const budgetAllowsNothing = definePreflightRule({
  id: "budget-allows-nothing",
  severity: "warning",
  title: "A disruption budget can never allow a disruption",
  check: (preflight) => {
    const leaving = new Set(askingPods(preflight));
    return preflight.cluster.objects.PodDisruptionBudget.flatMap((budget) => {
      const count = countBudget(preflight.index, budget);
      // One that is not Ready may go all the same where the policy says so.
      const held = count.pods.filter(
        (pod) => leaving.has(pod) && (isReady(pod) || budget.unhealthyPodEvictionPolicy !== "AlwaysAllow"),
      );
      // Without a countable controller it allows nothing for another reason: rule budget-without-controller.
      if (held.length === 0 || !count.isCountable || count.allowedAtBest > 0) return [];
      if (typeof budget.minAvailable !== "number" && count.owners.length === 0) return [];
      return [finding(preflight, budget, count, nodesOf(held))];
    });
  },
});

function finding(
  preflight: Preflight,
  budget: PodDisruptionBudget,
  count: BudgetCount,
  nodes: readonly string[],
): FindingDraft {
  const { index, cluster } = preflight;
  const owner = ownershipOf(budget, cluster);
  const best = count.healthyAtBest;
  const needed = neededOf(budget, best);
  const rounding = roundingOf(budget, best);
  const guessed = count.owners.filter(({ isGuessed }) => isGuessed);
  return {
    subject: keyOf(budget),
    ...noteInPlan(preflight),
    weight: 300 + nodes.length,
    message: `${best} healthy at best - ${needed} needed (${formatBudgetLimit(budget)}): 0 allowed${guessed.length > 0 ? " as things are" : mayGrow(preflight, budget, count) ? " at this scale" : ", always"}`,
    details: [
      ...(rounding === "" ? [] : [`${formatBudgetLimit(budget)}: ${rounding}.`]),
      isByKubectl(preflight)
        ? `kubectl drain of ${listed(nodes)} is refused with 429 and asks again every 5 s, without end.`
        : `Every eviction on ${listed(nodes)} is refused with 429 for as long as that is so.`,
      ...managerLines(
        budget,
        count,
        guessed.map(({ workload }) => workload),
      ),
      ...autoscalerLines(preflight, budget, count),
    ],
    suggestions: suggestionsFor(preflight, budget, count),
    ...(owner ? { owner } : {}),
    data: {
      budget: keyOf(budget),
      healthyAtBest: best,
      needed,
      allowed: 0,
      pods: count.pods.length,
      nodes,
      isConditional: guessed.length > 0,
      workloads: count.owners.map(({ workload }) => workload),
      replicas: count.owners.reduce((sum, { replicas }) => sum + replicas, 0),
      limit: formatBudgetLimit(budget),
      hasAutoscaler: count.owners.some(({ workload }) => autoscalerOf(index.cluster, workload) !== undefined),
    },
  };
}

/** Whether an autoscaler may scale up to where the budget allows something. */
function mayGrow({ cluster }: Preflight, budget: PodDisruptionBudget, { owners }: BudgetCount): boolean {
  const [only, ...others] = owners;
  const hpa = only && others.length === 0 ? autoscalerOf(cluster, only.workload) : undefined;
  return hpa !== undefined && hpa.maxReplicas > neededOf(budget, hpa.maxReplicas);
}

/** Longhorn and Rook lock a node's pods by such a budget, and take it away once the data is elsewhere. */
function managerLines(budget: PodDisruptionBudget, count: BudgetCount, guessed: readonly string[]): string[] {
  const operator = knownOperator(budget, count.pods);
  if (operator) return conditionLines(operator, budget);
  if (guessed.length === 0) return [];
  const pods = counted(count.pods.length, "pod");
  return [
    `${listed(guessed)} is a custom resource: its ${pods} now stand for its replicas.`,
    "Its operator may lift this budget once it sees the drain; that is not modelled here.",
  ];
}

/** `From 5 replicas on it allows 1`: worth knowing where an autoscaler moves the number. */
function autoscalerLines({ cluster }: Preflight, budget: PodDisruptionBudget, count: BudgetCount): string[] {
  const [only, ...others] = count.owners;
  const hpa = only && others.length === 0 ? autoscalerOf(cluster, only.workload) : undefined;
  if (!only || !hpa) return [];
  const range = `HorizontalPodAutoscaler ${keyOf(hpa)} keeps ${hpa.minReplicas} to ${hpa.maxReplicas} replicas`;
  for (let replicas = only.replicas + 1; replicas <= hpa.maxReplicas; replicas++) {
    const needed = neededOf(budget, replicas);
    if (replicas > needed)
      return [`${range}: from ${replicas} on, ${replicas} - ${needed} = ${replicas - needed} allowed.`];
  }
  return [`${range}: it allows nothing at any of them.`];
}

function suggestionsFor(
  { cluster, index }: Preflight,
  budget: PodDisruptionBudget,
  count: BudgetCount,
): Suggestion[] {
  const [only, ...others] = count.owners;
  const workload = only && others.length === 0 && !only.isGuessed ? index.scalable(only.workload) : undefined;
  const up = workload && scaleUp(workload, budget);
  const hpa = workload && autoscalerOf(cluster, only!.workload);
  const more = up && hpa ? scaleUnderAutoscaler(up, hpa) : up;
  return [...(more ? [more] : []), loosen(budget, count.healthyAtBest)];
}
