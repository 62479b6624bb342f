import { controllerOf, formatRef, refOf } from "../model/meta.ts";
import type { PodSpec } from "../model/pod.ts";
import { workloadKinds, type Workload } from "../model/workload.ts";
import { subjectOf } from "./pod-groups.ts";
import type { Preflight } from "./rule.ts";

/**
 * What a cluster's pods are made from, by workload: the template where the input has the workload, else the pod.
 * Workloads that belong to another one, as the ReplicaSets of a Deployment, are left out.
 */
export function podSpecsOf({ cluster, index }: Preflight): ReadonlyMap<string, PodSpec> {
  const specs = new Map<string, PodSpec>();
  for (const kind of workloadKinds)
    for (const workload of cluster.objects[kind] as readonly Workload[])
      if (!controllerOf(workload)) specs.set(formatRef(refOf(workload)), workload.template.spec);
  for (const pod of cluster.objects.Pod) {
    const subject = subjectOf(index, pod);
    if (!specs.has(subject)) specs.set(subject, pod.spec);
  }
  return specs;
}
