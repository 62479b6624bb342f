import { controllerOf, formatRef, refOf } from "../model/meta.ts";
import { isMirror, type PodSpec, type PodTemplate } from "../model/pod.ts";
import { type CronJob, workloadKinds, type Workload } from "../model/workload.ts";
import { subjectOf } from "./pod-groups.ts";
import type { Preflight } from "./rule.ts";

/**
 * What a cluster's pods are made from, by workload: the template where the input has the workload, else the pod.
 * Workloads that belong to another one, as the ReplicaSets of a Deployment, are left out, and so are mirrors of static
 * pods: those are files of their nodes.
 */
export function podTemplatesOf({ cluster, index }: Preflight): ReadonlyMap<string, PodTemplate> {
  const templates = new Map<string, PodTemplate>();
  for (const kind of [...workloadKinds, "CronJob"] as const)
    for (const workload of cluster.objects[kind] as readonly (Workload | CronJob)[])
      if (!controllerOf(workload)) templates.set(formatRef(refOf(workload)), workload.template);
  for (const pod of cluster.objects.Pod) {
    const subject = subjectOf(index, pod);
    if (!templates.has(subject) && !isMirror(pod)) templates.set(subject, pod);
  }
  return templates;
}

/** The same without labels and annotations. */
export function podSpecsOf(preflight: Preflight): ReadonlyMap<string, PodSpec> {
  return new Map([...podTemplatesOf(preflight)].map(([subject, { spec }]) => [subject, spec]));
}
