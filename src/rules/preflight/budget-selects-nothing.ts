import type { PodDisruptionBudget } from "../../model/budget.ts";
import { isGiven } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import { formatSelector, matchesSelector } from "../../model/selector.ts";
import type { Scalable } from "../../model/workload.ts";
import { departingPods } from "../drained-pods.ts";
import { definePreflightRule, type Preflight } from "../rule.ts";

/**
 * A budget whose selector matches no pod: what it was meant for may be evicted without leave.
 * Source: pkg/apis/policy/types.go (in policy/v1beta1 an empty selector selects nothing, in policy/v1 everything).
 */
export const budgetSelectsNothing = definePreflightRule({
  id: "budget-selects-nothing",
  severity: "info",
  title: "A disruption budget selects no pod",
  check: (preflight) => {
    const { cluster, index } = preflight;
    if (!isGiven(cluster, "Pod")) return [];
    return cluster.objects.PodDisruptionBudget.filter(
      (budget) =>
        index.podsOfBudget(budget).length === 0 &&
        // Then the snapshot lacks its pods: rule status-disagrees.
        (budget.status?.expectedPods ?? 0) === 0 &&
        !isForTemplate(preflight, budget) &&
        isOfInterest(preflight, budget),
    ).map((budget) => {
      const namesake = namesakeOf(preflight, budget);
      return {
        subject: keyOf(budget),
        weight: namesake ? 20 : 10,
        message: `${selectorText(budget)} matches no pod of namespace ${budget.namespace}: it protects nothing now`,
        details: namesake
          ? [`${namesake.kind} ${keyOf(namesake)} labels its pods ${labelText(namesake.template.labels)}.`]
          : [],
        data: { budget: keyOf(budget), selector: selectorText(budget), namesake: namesake?.name ?? "" },
      };
    });
  },
});

function selectorText({ selector, apiVersion }: PodDisruptionBudget): string {
  if (selector) return `selector ${formatSelector(selector)}`;
  return apiVersion === "policy/v1beta1" ? "an empty selector (of policy/v1beta1)" : "no selector";
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.keys(labels).map((key) => `${key}=${labels[key]}`);
  return texts.length === 0 ? "not at all" : texts.join(",");
}

function scalables({ cluster }: Preflight, namespace: string): readonly Scalable[] {
  const { Deployment, StatefulSet, ReplicaSet, ReplicationController } = cluster.objects;
  const all: readonly Scalable[] = [...Deployment, ...StatefulSet, ...ReplicaSet, ...ReplicationController];
  return all.filter((each) => each.namespace === namespace);
}

/** A workload without pods at the moment has none for it to match yet: the budget is as it should be. */
function isForTemplate(preflight: Preflight, { namespace, selector }: PodDisruptionBudget): boolean {
  if (!selector) return false;
  const { DaemonSet, Job } = preflight.cluster.objects;
  const others = [...DaemonSet, ...Job].filter((each) => each.namespace === namespace);
  return [...scalables(preflight, namespace), ...others].some(({ template }) =>
    matchesSelector(selector, template.labels),
  );
}

function namesakeOf(preflight: Preflight, { namespace, name }: PodDisruptionBudget): Scalable | undefined {
  return scalables(preflight, namespace).find((each) => each.name === name && each.kind !== "ReplicaSet");
}

/** A drain meets it only if pods leave that it was probably meant for. */
function isOfInterest(preflight: Preflight, budget: PodDisruptionBudget): boolean {
  if (preflight.scope === "cluster") return true;
  const namesake = namesakeOf(preflight, budget);
  if (!namesake) return false;
  const workload = `${namesake.namespace}/${namesake.kind}/${namesake.name}`;
  return departingPods(preflight).some((pod) => preflight.index.workloadOf(pod) === workload);
}
