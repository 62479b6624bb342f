import { formatBudgetLimit } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { countBudget } from "../budget-numbers.ts";
import { drainCommand } from "../kubectl-commands.ts";
import { awayWith, type Departure, departures } from "../drained-pods.ts";
import { listed } from "../../lib/counted.ts";
import { nodesOf } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * --disable-eviction deletes pods past every budget: which ones that breaks, and by how many pods.
 * Source: facts/drain.json, delete.
 */
export const budgetBypassed = definePreflightRule({
  id: "budget-bypassed",
  severity: "warning",
  title: "--disable-eviction breaks a disruption budget",
  check: (preflight) => {
    const past = departures(preflight).filter(({ options }) => options.disableEviction);
    if (past.length === 0) return [];
    const departure = new Map<Pod, Departure>(past.map((each) => [each.pod, each]));
    return preflight.cluster.objects.PodDisruptionBudget.flatMap((budget): FindingDraft[] => {
      const count = countBudget(preflight.index, budget);
      const deleted = count.pods.filter((pod) => departure.has(pod) && isReady(pod) && !pod.deletion);
      const [first] = deleted;
      if (!first || !count.isCountable) return [];
      // Where nodes take turns, the worst single node counts.
      const together = nodesOf(deleted).map((node) => {
        const away = awayWith(preflight, node);
        return deleted.filter(({ nodeName }) => away.has(nodeName)).length;
      });
      const most = Math.max(...together);
      const left = count.healthy - most;
      if (left >= count.desired) return [];
      const { options } = departure.get(first)!;
      return [
        {
          subject: keyOf(budget),
          weight: 320,
          message: `${count.healthy} healthy - ${most} deleted at once = ${left}, and ${count.desired} needed (${formatBudgetLimit(budget)}): broken by ${count.desired - left}`,
          details: [`Deleted without being asked: ${listed(deleted.map(keyOf))}.`],
          suggestions: [
            {
              commands: [drainCommand(nodesOf(deleted), { ...options, disableEviction: false })],
              edit: { kind: "drain", options: { disableEviction: false } },
              cost: "The drain then waits for what the budgets allow.",
              harm: 0,
            },
          ],
          data: {
            budget: keyOf(budget),
            healthy: count.healthy,
            deleted: most,
            left,
            desired: count.desired,
            pods: deleted.map(keyOf),
          },
        },
      ];
    });
  },
});
