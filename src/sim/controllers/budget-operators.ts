import type { Assumptions } from "../../plan/assumptions.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import type { Task } from "../engine/task-queue.ts";
import { drawDuration } from "../nodes/durations.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { deleteObject } from "../state/object-writes.ts";

/**
 * Operators that take a budget of theirs away while they watch a drain, as far as the plan declares how long after the
 * first refusal. Source of what they wait for: facts/operator-budgets.ts; how long is the plan's to say.
 */
export function budgetOperatorsRoom({ operators = {} }: Pick<Assumptions, "operators">): Room {
  const waiting = perSim(() => new Set<string>());
  return {
    name: "budget-operators",
    on: {
      "eviction.refused": (sim, { budgets }, number) => {
        for (const budget of budgets) {
          const duration = Object.hasOwn(operators, budget) ? operators[budget] : undefined;
          const seen = waiting(sim);
          if (!duration || seen.has(budget)) continue;
          seen.add(budget);
          const millis = drawDuration(sim, duration, `operator ${budget}`);
          // Only retries ask again: what this brings is no retry.
          const options = { priority: priority.controller, weight: "busy" as const };
          if (millis !== undefined) sim.after(millis, "budget-operators.open", budget, number, options);
        }
      },
    },
    tasks: { "budget-operators.open": open },
  };
}

function open(sim: Sim, task: Task): void {
  const budget = sim.state.tables.PodDisruptionBudget.get(task.subject);
  if (budget) deleteObject(sim, "PodDisruptionBudget", budget, task.cause);
}

/** What a rehearsal took from the plan about them: those whose budgets refused something. */
export function operatorAssumptions({ operators = {} }: Assumptions, log: Sim["log"]): AssumptionUse[] {
  if (Object.keys(operators).length === 0) return [];
  const refused = new Set(log.flatMap((event) => (event.kind === "eviction.refused" ? event.budgets : [])));
  return Object.entries(operators).flatMap(([budget, duration]): AssumptionUse[] => {
    if (!refused.has(budget) || duration.kind === "never") return [];
    const opened = log.find((event) => event.kind === "object.deleted" && event.object === refText(budget));
    const first = log.find((event) => event.kind === "eviction.refused" && event.budgets.includes(budget));
    if (!opened || !first) return [];
    const detail = "from the first refusal until its operator takes the budget away";
    return [{ what: "operator", subject: budget, millis: opened.time - first.time, origin: "plan", detail }];
  });
}

/** `shop/PodDisruptionBudget/web` for `shop/web`. */
function refText(key: string): string {
  const [namespace = "", name = ""] = key.split("/");
  return `${namespace}/PodDisruptionBudget/${name}`;
}
