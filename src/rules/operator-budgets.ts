import { groupKind } from "../facts/owners.ts";
import { type OperatorBudget, operatorBudgets } from "../facts/operator-budgets.ts";
import type { PodDisruptionBudget } from "../model/budget.ts";
import { type Labels, labelValue } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import { shellWord } from "../lib/shell-word.ts";

/** Budgets that a known operator changes while it watches a drain. */

/**
 * The operator that runs a budget: one of its kinds owns the budget, or its name and a label, of itself or of all its
 * pods, are as that operator makes them. Undefined where none is known.
 */
export function knownOperator(
  budget: PodDisruptionBudget,
  pods: readonly Pick<Pod, "labels">[],
): OperatorBudget | undefined {
  return operatorBudgets.find(
    ({ owners, name, labels }) =>
      budget.owners.some(({ apiVersion, kind }) => owners.includes(groupKind(apiVersion, kind))) ||
      (name.test(budget.name) && labels.some((label) => isLabelled(label, budget.labels, pods))),
  );
}

function isLabelled(label: string, own: Labels, pods: readonly Pick<Pod, "labels">[]): boolean {
  const [key = "", value] = label.split("=");
  const has = (labels: Labels) => {
    const found = labelValue(labels, key);
    return found !== undefined && (value === undefined || found === value);
  };
  return has(own) || (pods.length > 0 && pods.every(({ labels }) => has(labels)));
}

/** What stands in a finding about a budget that such an operator runs. */
export function conditionLines(operator: OperatorBudget, { namespace, name }: PodDisruptionBudget): string[] {
  return [
    `Conditional: ${operator.operator} runs budget ${namespace}/${name} and changes it while it watches a drain, once ${operator.condition}.`,
    `How long: ${operator.time}. Rehearsed as if it never came to that; to rehearse it as if it did: assumptions: {operators: {${namespace}/${name}: 10m}} in the plan.`,
    ...operator.shows.map((command, index) => {
      const line = `kubectl -n ${shellWord(namespace)} ${command}`;
      return index === 0 ? `To see it: ${line}` : `           ${line}`;
    }),
    `Source: ${operator.source}.`,
  ];
}
