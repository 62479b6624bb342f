import { groupBy } from "../lib/order.ts";
import { keyOf } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/** Pods that a finding speaks of together. */
export interface PodGroup {
  /** The workload (`shop/Deployment/web`), or the pod itself where no controller keeps it. */
  readonly subject: string;
  readonly pods: readonly Pod[];
}

/** Pods by what keeps them running, in order of first appearance. */
export function byWorkload(index: ClusterIndex, pods: Iterable<Pod>): readonly PodGroup[] {
  const groups = groupBy(pods, (pod) => subjectOf(index, pod));
  return [...groups].map(([subject, members]) => ({ subject, pods: members }));
}

/** The workload of a pod, or the pod's own name. */
export function subjectOf(index: ClusterIndex, pod: Pod): string {
  const workload = index.workloadOf(pod);
  return workload === "" ? keyOf(pod) : workload;
}

/** The nodes that pods stand on, each once, without those that have none. */
export function nodesOf(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.map(({ nodeName }) => nodeName))].filter((node) => node !== "");
}
