import type { Cluster } from "../model/cluster.ts";
import { keyOf, labelValue, type Labels } from "../model/meta.ts";
import { workloadIndex } from "../model/ownership.ts";
import type { Pod } from "../model/pod.ts";
import { type LabelSelector, matchesSelector } from "../model/selector.ts";
import type { Finding } from "../verdict/verdict.ts";

/** `label=team`: by the value of this label. Undefined where it is not of that form. */
export function parseGroupBy(text: string): string | undefined {
  return /^label=(.+)$/.exec(text)?.[1];
}

/**
 * Which group a finding belongs to: the label's value on the first object that it names, or on that object's pods;
 * `(no team)` where there is none.
 */
export function groupByLabel(cluster: Cluster, label: string): (finding: Finding) => string {
  const byName = new Map<string, string>();
  const put = (name: string, labels: Labels) => {
    const value = labelValue(labels, label);
    if (value !== undefined && !byName.has(name)) byName.set(name, value);
  };
  const { objects } = cluster;
  for (const kind of ["Service", "PodDisruptionBudget", "PersistentVolumeClaim"] as const)
    for (const object of objects[kind]) put(keyOf(object), object.labels);
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"] as const)
    for (const { namespace, name, labels } of objects[kind]) put(`${namespace}/${kind}/${name}`, labels);
  // What selects pods goes with them where it has no such label itself.
  for (const kind of ["Service", "PodDisruptionBudget"] as const)
    for (const object of objects[kind]) {
      const { selector, namespace } = object;
      const pod = selector && objects.Pod.find((each) => isSelected(each, namespace, selector, label));
      if (pod) put(keyOf(object), pod.labels);
    }
  const workloadOf = workloadIndex(cluster);
  for (const pod of objects.Pod) {
    put(keyOf(pod), pod.labels);
    put(workloadOf(pod), pod.labels);
  }
  for (const { name, labels } of objects.Namespace) put(`namespace ${name}`, labels);
  return ({ subject, data }) => {
    const named = [
      subject,
      ...Object.values(data).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value])),
    ];
    for (const name of named) {
      if (typeof name !== "string" || name === "") continue;
      const own = byName.get(name) ?? byName.get(`namespace ${name.split("/")[0]}`);
      if (own !== undefined) return own;
    }
    return `(no ${label})`;
  };
}

/** Whether a selector takes this pod, and the pod has the label. */
function isSelected(pod: Pod, namespace: string, selector: LabelSelector, label: string): boolean {
  return (
    pod.namespace === namespace &&
    labelValue(pod.labels, label) !== undefined &&
    matchesSelector(selector, pod.labels)
  );
}
