import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import { groupBy } from "../../lib/order.ts";
import { type BudgetCount, countBudget } from "../budget-numbers.ts";
import { loosen } from "../budget-suggestions.ts";
import { askingPods } from "../drained-pods.ts";
import { patchCommand } from "../kubectl-commands.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { possibleNodes } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * A node that holds more pods of one budget than it allows away, none of which can run elsewhere: the first leave, no
 * replacement becomes Ready, and the drain waits for ever. Rook's OSDs are the known case (rook/rook#12375).
 */
export const pinnedPodsExceedBudget = definePreflightRule({
  id: "pinned-pods-exceed-budget",
  severity: "warning",
  title: "A node holds more pods of a budget than may be away, and they can run nowhere else",
  check: (preflight) => {
    const { cluster, index } = preflight;
    const asking = new Set(askingPods(preflight));
    return cluster.objects.PodDisruptionBudget.flatMap((budget) => {
      const count = countBudget(index, budget);
      // One that allows nothing at all has a rule of its own.
      if (!count.isCountable || count.allowedAtBest === 0) return [];
      const leaving = count.pods.filter((pod) => asking.has(pod));
      const crowded = [...groupBy(leaving, ({ nodeName }) => nodeName)].filter(
        ([, pods]) => pods.length > count.allowedAtBest,
      );
      return crowded.flatMap(([node, pods]) => {
        const pinned = pods.filter((pod) => isPinned(preflight, pod, node));
        return pinned.length > count.allowedAtBest ? [finding(preflight, budget, count, node, pinned)] : [];
      });
    });
  },
});

function isPinned({ cluster }: Preflight, pod: Pod, node: string): boolean {
  return possibleNodes(cluster, pod).every(({ name }) => name === node);
}

function finding(
  preflight: Preflight,
  budget: PodDisruptionBudget,
  count: BudgetCount,
  node: string,
  pinned: readonly Pod[],
): FindingDraft {
  const { allowedAtBest: allowed } = count;
  const owner = ownershipOf(budget, preflight.cluster);
  const hasOperator = count.owners.some(({ isGuessed }) => isGuessed);
  return {
    subject: node,
    ...noteInPlan(preflight),
    weight: 295,
    message: `${counted(pinned.length, "pod")} of budget ${keyOf(budget)} (${formatBudgetLimit(budget)}) can run nowhere else, and ${allowed} may be away: the drain stops after ${allowed}`,
    details: [
      `Held here: ${listed(pinned.map(keyOf))}.`,
      `${verb(allowed, "The one that leaves is", "Those that leave are")} Pending until ${node} is uncordoned, so the budget never allows the next.`,
      ...(hasOperator
        ? [
            "An operator owns them: it may change the budget once it sees the drain; that is not modelled here.",
          ]
        : []),
    ],
    suggestions: [loosenTo(budget, count, pinned.length)],
    ...(owner ? { owner } : {}),
    data: { node, budget: keyOf(budget), pinned: pinned.map(keyOf), allowed },
  };
}

/** A budget that lets all of them go at once. */
function loosenTo(budget: PodDisruptionBudget, count: BudgetCount, away: number): ReturnType<typeof loosen> {
  const one = loosen(budget, count.healthyAtBest);
  const field = budget.maxUnavailable === undefined ? "minAvailable" : "maxUnavailable";
  const value = field === "maxUnavailable" ? away : Math.max(0, count.healthyAtBest - away);
  const set = { [field]: value };
  return {
    ...one,
    commands: [patchCommand(budget.namespace, "pdb", budget.name, set)],
    edit:
      one.edit.kind === "before"
        ? {
            kind: "before",
            steps: one.edit.steps.map((step) => (step.kind === "patch" ? { ...step, set } : step)),
          }
        : one.edit,
    cost: `Then all ${away} are away at once: ask the operator of the data first.`,
  };
}
