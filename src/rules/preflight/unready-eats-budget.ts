import { disruptionFacts } from "../../facts/disruption.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import { parseVersion } from "../../model/version.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { type BudgetCount, countBudget } from "../budget-numbers.ts";
import { evictUnready } from "../budget-suggestions.ts";
import { askingPods } from "../drained-pods.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * Pods that are not Ready count as a disruption that has happened: what the budget would allow is used up by them,
 * and by default they may not even be evicted themselves. Source: pkg/registry/core/pod/storage/eviction.go
 * (unhealthyPodEvictionPolicy); kubernetes/kubernetes#72320.
 */
export const unreadyEatsBudget = definePreflightRule({
  id: "unready-eats-budget",
  severity: "warning",
  title: "Pods that are not Ready use up a disruption budget",
  check: (preflight) => {
    const leaving = new Set(askingPods(preflight));
    return preflight.cluster.objects.PodDisruptionBudget.flatMap((budget) => {
      const count = countBudget(preflight.index, budget);
      const unready = count.pods.filter((pod) => !isReady(pod) && !isFinished(pod) && !pod.deletion);
      const isLess = count.allowed < count.allowedAtBest;
      if (unready.length === 0 || !isLess || !count.pods.some((pod) => leaving.has(pod))) return [];
      const owner = ownershipOf(budget, preflight.cluster);
      const minor = parseVersion(preflight.cluster.version)?.minor ?? Infinity;
      const hasPolicy = disruptionFacts.keepsUnhealthyPodPolicy(minor);
      return [
        {
          ...finding(budget, count, unready, hasPolicy),
          ...noteInPlan(preflight),
          ...(owner ? { owner } : {}),
        },
      ];
    });
  },
});

function finding(
  budget: PodDisruptionBudget,
  count: BudgetCount,
  unready: readonly Pod[],
  hasPolicy: boolean,
): FindingDraft {
  const { healthy, desired, allowed, allowedAtBest } = count;
  const isAlways = budget.unhealthyPodEvictionPolicy === "AlwaysAllow";
  const mayGo = isAlways || (healthy >= desired && desired > 0);
  const names = unready.map(keyOf);
  return {
    subject: keyOf(budget),
    ...(allowed > 0 ? { severity: "info" as const } : {}),
    weight: 280 + allowedAtBest - allowed,
    message: `${healthy} healthy - ${desired} needed (${formatBudgetLimit(budget)}): ${allowed} allowed; ${unready.length} of its ${counted(count.pods.length, "pod")} ${verb(unready.length, "is", "are")} not Ready`,
    details: [
      `Not Ready: ${listed(names)}. With every replica Ready, ${allowedAtBest} would be allowed.`,
      isAlways
        ? "unhealthyPodEvictionPolicy AlwaysAllow: these may be evicted all the same."
        : mayGo
          ? `These may be evicted, as ${healthy} healthy >= ${desired} needed (unhealthyPodEvictionPolicy IfHealthyBudget).`
          : desired > 0
            ? `Not even these may be evicted: ${healthy} healthy < ${desired} needed (unhealthyPodEvictionPolicy IfHealthyBudget).`
            : "Not even these may be evicted: IfHealthyBudget asks for more than 0 needed.",
    ],
    suggestions: mayGo ? [] : [...(hasPolicy ? [evictUnready(budget)] : []), ...deletions(unready)],
    data: {
      budget: keyOf(budget),
      healthy,
      desired,
      allowed,
      allowedAtBest,
      unready: names,
      policy: budget.unhealthyPodEvictionPolicy,
    },
  };
}

/** A plain delete asks no budget: it takes nothing from those who are served, as the pods are not Ready. */
function deletions(unready: readonly Pod[]): Suggestion[] {
  // One that has no node yet would only wait again.
  const owned = unready.filter(
    ({ owners, nodeName }) => nodeName !== "" && owners.some(({ controller }) => controller),
  );
  if (owned.length === 0) return [];
  return [
    {
      commands: owned.map(
        ({ namespace, name }) => `kubectl -n ${shellWord(namespace)} delete pod ${shellWord(name)}`,
      ),
      edit: { kind: "none" },
      cost: "Their controllers make them anew; find out first why they are not Ready.",
      harm: 2,
    },
  ];
}
