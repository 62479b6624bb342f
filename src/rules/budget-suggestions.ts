import type { PodDisruptionBudget } from "../model/budget.ts";
import { keyOf } from "../model/meta.ts";
import { resolveIntOrPercent, type Scalable } from "../model/workload.ts";
import type { Suggestion } from "../verdict/verdict.ts";
import { patchCommand } from "./kubectl-commands.ts";
import { listed } from "../lib/counted.ts";
import { shellWord } from "../lib/shell-word.ts";

/** Ways to make a budget allow one disruption more, least harm first. Whether one really helps, a rehearsal shows. */

/** More replicas, where that helps: a `maxUnavailable: 0` allows nothing however many there are. */
export function scaleUp(workload: Scalable, budget: PodDisruptionBudget): Suggestion | undefined {
  const to = podsThatAllowOne(workload.replicas, budget);
  if (to === undefined || to > workload.replicas + Math.max(mostMorePods, workload.replicas))
    return undefined;
  const ref = `${workload.namespace}/${workload.kind}/${workload.name}`;
  const left = claimsOfOrdinals(workload, to);
  const namespace = shellWord(workload.namespace);
  const target = `${workload.kind.toLowerCase()} ${shellWord(workload.name)}`;
  return {
    commands: [`kubectl -n ${namespace} scale ${target} --replicas=${to}`],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "scale",
          name: `more-${workload.name}`,
          workload: ref,
          to,
          waitReady: 600_000,
          revert: false,
        },
      ],
    },
    cost: `${to} - ${neededOf(budget, to)} = ${to - neededOf(budget, to)} allowed. ${
      left.length > 0
        ? `Scaled back, it leaves ${left.length === 1 ? "claim" : "claims"} ${listed(left)} behind, unless its retention policy deletes it.`
        : `Scale it back to ${workload.replicas} afterwards.`
    }`,
    harm: 2,
  };
}

/** The claims of the ordinals that a StatefulSet has with `to` replicas and has not now. */
function claimsOfOrdinals(workload: Scalable, to: number): string[] {
  if (workload.kind !== "StatefulSet") return [];
  const { name, replicas, firstOrdinal, claimTemplates } = workload;
  const ordinals = Array.from({ length: to - replicas }, (_, i) => firstOrdinal + replicas + i);
  return ordinals.flatMap((ordinal) => claimTemplates.map((claim) => `${claim.name}-${name}-${ordinal}`));
}

/** More pods than these, or than there are already, nobody adds for a drain: `minAvailable: 99%` asks for 100. */
const mostMorePods = 10;

/** The smallest number of pods above `pods` of which the budget lets one go; undefined where it lets none of any number. */
export function podsThatAllowOne(pods: number, budget: PodDisruptionBudget): number | undefined {
  // Of 100 pods every percentage but 100 % lets one go; a number that has to stay, of one more.
  const floor = typeof budget.minAvailable === "number" ? budget.minAvailable : 0;
  const most = Math.max(100, floor + 1, pods + 1);
  for (let to = pods + 1; to <= most; to++) if (to - neededOf(budget, to) >= 1) return to;
  return undefined;
}

/** How many of `expected` pods have to stay healthy. Percentages round up, both kinds. */
export function neededOf(budget: PodDisruptionBudget, expected: number): number {
  if (budget.maxUnavailable !== undefined)
    return Math.max(0, expected - resolveIntOrPercent(budget.maxUnavailable, expected, "up"));
  return budget.minAvailable === undefined ? 0 : resolveIntOrPercent(budget.minAvailable, expected, "up");
}

/** A budget that lets one more of `healthy` pods go, where `expected` are wanted. */
export function loosen(budget: PodDisruptionBudget, healthy: number, expected: number = healthy): Suggestion {
  const isCeiling = budget.maxUnavailable !== undefined;
  const field = isCeiling ? "maxUnavailable" : "minAvailable";
  // Pods that are away already count: one more than those.
  const value = isCeiling ? Math.max(1, expected - healthy + 1) : Math.max(0, healthy - 1);
  const set = { [field]: value };
  const left = Math.max(0, healthy - 1);
  const losesMajority = expected >= 3 && left * 2 <= expected;
  return {
    commands: [patchCommand(budget.namespace, "pdb", budget.name, set)],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "patch",
          name: `loosen-${budget.name}`,
          object: `${budget.namespace}/PodDisruptionBudget/${budget.name}`,
          set,
          revert: true,
        },
      ],
    },
    cost: `Until it is set back, ${keyOf(budget)} has ${field} ${value}: ${left} of ${expected} may be all that is Ready.${
      losesMajority ? ` That is no majority: what needs a quorum (etcd, ZooKeeper, Consul) stops.` : ""
    }`,
    harm: losesMajority ? 4 : 3,
  };
}

/** Lets pods go that are not Ready anyway. */
export function evictUnready(budget: PodDisruptionBudget): Suggestion {
  const set = { unhealthyPodEvictionPolicy: "AlwaysAllow" };
  return {
    commands: [patchCommand(budget.namespace, "pdb", budget.name, set)],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "patch",
          name: `evict-unready-${budget.name}`,
          object: `${budget.namespace}/PodDisruptionBudget/${budget.name}`,
          set,
          revert: false,
        },
      ],
    },
    cost: "Pods that are not Ready may then always be evicted; Ready ones stay protected.",
    harm: 1,
  };
}

/**
 * Takes a budget out of force while others still hold the same pods: without a selector it selects none.
 * Source: pkg/apis/policy/types.go, "A null selector will match no pods".
 */
export function withoutSelector(budget: PodDisruptionBudget, others: readonly string[]): Suggestion {
  const patch = (selector: unknown) => patchCommand(budget.namespace, "pdb", budget.name, { selector });
  return {
    commands: [patch(null)],
    edit: {
      kind: "before",
      steps: [
        {
          kind: "patch",
          name: `aside-${budget.name}`,
          object: `${budget.namespace}/PodDisruptionBudget/${budget.name}`,
          set: { selector: null },
          revert: true,
        },
      ],
    },
    cost: `${others.join(", ")} still hold${others.length === 1 ? "s" : ""}. Afterwards: ${patch({ matchExpressions: budget.selector ?? [] })}`,
    harm: 3,
  };
}
