import type { PodAffinityTerm } from "../../model/affinity.ts";
import { formatRef, type Labels, refOf } from "../../model/meta.ts";
import { formatSelector, type LabelSelector, matchesSelector } from "../../model/selector.ts";
import type { Scalable } from "../../model/workload.ts";
import { counted, listed } from "../../lib/counted.ts";
import { nodesOf } from "../pod-groups.ts";
import { definePreflightRule, isTouched, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * An anti-affinity whose selector matches neither its own pods nor any other: the spread that it was written for does
 * not exist, and one lost node may take every replica. The ZooKeeper example of kubernetes.io has been such a case.
 */
export const antiaffinityMatchesNothing = definePreflightRule({
  id: "antiaffinity-matches-nothing",
  severity: "warning",
  title: "An anti-affinity selects no pod, not even its own",
  check: (preflight) => {
    const { cluster, index } = preflight;
    const workloads: readonly Scalable[] = [...cluster.objects.Deployment, ...cluster.objects.StatefulSet];
    return workloads.flatMap((workload) => {
      const pods = index.podsOfWorkload(formatRef(refOf(workload)));
      if (workload.replicas < 2 || !isTouched(preflight, pods) || isSpread(workload)) return [];
      const idle = termsOf(workload).filter((term) => selectsNothing(preflight, workload, term));
      return idle.slice(0, 1).map((term) => finding(workload, term, nodesOf(pods), pods.length));
    });
  },
});

function termsOf({ template }: Scalable): readonly PodAffinityTerm[] {
  const { requiredAntiPods, preferredAntiPods } = template.spec.affinity;
  return [...requiredAntiPods, ...preferredAntiPods.map(({ term }) => term)];
}

/** Whether another term, or a spread constraint, does keep its own pods apart. */
function isSpread(workload: Scalable): boolean {
  const { labels, spec } = workload.template;
  return [...termsOf(workload), ...spec.topologySpreadConstraints].some(
    ({ labelSelector }) => labelSelector !== undefined && matchesSelector(labelSelector, labels),
  );
}

/** One that keeps away from another workload, also from one without pods at the moment, is as it should be. */
function selectsNothing(
  { cluster }: Preflight,
  { template, namespace }: Scalable,
  { labelSelector, namespaces, namespaceSelector }: PodAffinityTerm,
): boolean {
  if (!labelSelector) return true;
  const isIn = (where: string) =>
    namespaceSelector !== undefined ||
    (namespaces.length === 0 ? where === namespace : namespaces.includes(where));
  const matches = (labels: Labels) => matchesSelector(labelSelector, labels);
  const { Pod, Deployment, StatefulSet, DaemonSet, Job } = cluster.objects;
  return (
    !(isIn(namespace) && matches(template.labels)) &&
    !Pod.some((pod) => isIn(pod.namespace) && matches(pod.labels)) &&
    ![...Deployment, ...StatefulSet, ...DaemonSet, ...Job].some(
      (other) => isIn(other.namespace) && matches(other.template.labels),
    )
  );
}

/** Whether it asks for a value that its own pods are labelled with, or for its own name: then it means itself. */
function meansItself({ name, template }: Scalable, selector: LabelSelector): boolean {
  const own = new Set([name, ...Object.values(template.labels)]);
  return selector.some(({ operator, values }) => operator === "In" && values.some((each) => own.has(each)));
}

function finding(
  workload: Scalable,
  { labelSelector, topologyKey }: PodAffinityTerm,
  nodes: readonly string[],
  pods: number,
): FindingDraft {
  const selector = labelSelector ? formatSelector(labelSelector) : "no selector";
  const labels = workload.template.labels;
  const isMeant = labelSelector !== undefined && meansItself(workload, labelSelector);
  const own = Object.keys(labels).map((key) => `${key}=${labels[key]}`);
  return {
    subject: formatRef(refOf(workload)),
    // It may be meant for others that are not here now.
    ...(isMeant ? {} : { severity: "info" as const }),
    weight: isMeant ? 100 : 10,
    message: `its podAntiAffinity selects ${selector}, and no pod here has that: it does not keep its ${workload.replicas} replicas apart`,
    details: [
      `Its own pods are labelled ${own.length === 0 ? "not at all" : own.join(",")}.`,
      `${counted(pods, "pod")} ${pods === 1 ? "is" : "are"} on ${listed(nodes)} now (topologyKey ${topologyKey}).`,
    ],
    data: { workload: formatRef(refOf(workload)), selector, replicas: workload.replicas, nodes },
  };
}
