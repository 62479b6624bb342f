import { formatBudgetLimit, type PodDisruptionBudget } from "../../model/budget.ts";
import type { Cluster } from "../../model/cluster.ts";
import { formatRef, keyOf, type ObjectMeta, refOf } from "../../model/meta.ts";
import type { Scalable } from "../../model/workload.ts";
import { shellWord } from "../../lib/shell-word.ts";
import type { FindingDraft } from "../rule.ts";
import { type AftermathRule, missing, pairs } from "./aftermath.ts";

/** What one changes for the time of a maintenance and forgets to set back: sizes, budgets, autoscalers, webhooks. */
export const leftChanged: AftermathRule = {
  id: "left-changed",
  severity: "warning",
  title: "Something is still scaled, patched or deleted",
  compare: ({ before, after }) => [
    ...sizes(before, after),
    ...budgets(before, after),
    ...autoscalers(before, after),
    ...webhooks(before, after),
  ],
};

function sizes(before: Cluster, after: Cluster): FindingDraft[] {
  const scaled = new Set(
    after.objects.HorizontalPodAutoscaler.map(
      ({ namespace, target }) => `${namespace}/${target.kind}/${target.name}`,
    ),
  );
  const listOf = ({ objects }: Cluster): readonly Scalable[] => [
    ...objects.Deployment,
    ...objects.StatefulSet,
    // A Deployment's own ReplicaSets are as large as it makes them.
    ...objects.ReplicaSet.filter(({ owners }) => owners.length === 0),
    ...objects.ReplicationController,
  ];
  return pairs(listOf(before), listOf(after), refText)
    .filter(([was, is]) => was.replicas !== is.replicas && !scaled.has(refText(is)))
    .map(([was, is]) => ({
      subject: refText(is),
      weight: 110,
      message: `has ${is.replicas} replicas; it had ${was.replicas} before`,
      details: [
        `kubectl -n ${shellWord(is.namespace)} scale ${is.kind.toLowerCase()} ${shellWord(is.name)} --replicas=${was.replicas}`,
      ],
    }));
}

const refText = (object: ObjectMeta & { readonly kind: string }) => formatRef(refOf(object));

function budgets(before: Cluster, after: Cluster): FindingDraft[] {
  const [old, now] = [before.objects.PodDisruptionBudget, after.objects.PodDisruptionBudget];
  const text = (budget: PodDisruptionBudget) =>
    `${formatBudgetLimit(budget)}, ${budget.unhealthyPodEvictionPolicy}`;
  const gone = missing(old, now, keyOf).map((budget): FindingDraft => ({
    subject: keyOf(budget),
    weight: 118,
    message: `the budget is gone; it had ${formatBudgetLimit(budget)}`,
    details: ["Without it every pod of its workload may be told to go at once."],
  }));
  const changed = pairs(old, now, keyOf)
    .filter(([was, is]) => text(was) !== text(is))
    .map(([was, is]): FindingDraft => ({
      subject: keyOf(is),
      weight: 116,
      message: `the budget has ${text(is)}; it had ${text(was)} before`,
    }));
  return [...gone, ...changed];
}

function autoscalers(before: Cluster, after: Cluster): FindingDraft[] {
  return pairs(before.objects.HorizontalPodAutoscaler, after.objects.HorizontalPodAutoscaler, keyOf)
    .filter(([was, is]) => was.minReplicas !== is.minReplicas || was.maxReplicas !== is.maxReplicas)
    .map(([was, is]) => ({
      subject: keyOf(is),
      weight: 112,
      message: `the autoscaler keeps ${is.minReplicas} to ${is.maxReplicas} pods; it kept ${was.minReplicas} to ${was.maxReplicas} before`,
    }));
}

function webhooks(before: Cluster, after: Cluster): FindingDraft[] {
  const name = ({ kind, name: own }: ObjectMeta & { readonly kind: string }) => `${kind}/${own}`;
  return missing(before.objects.WebhookConfiguration, after.objects.WebhookConfiguration, name).map(
    (each) => ({
      subject: name(each),
      weight: 114,
      message: "is gone: what it checked is checked no more",
    }),
  );
}
