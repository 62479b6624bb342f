import type { Cluster } from "../../model/cluster.ts";
import { isFinished, type Pod } from "../../model/pod.ts";
import { groupBy } from "../../lib/order.ts";
import type { DaemonSet, Job, Observed, StatefulSet } from "../../model/workload.ts";

/**
 * Pods that a workload's status counts and that the snapshot does not show: somebody left them out, or read them at
 * another moment. Nothing makes them again: a snapshot is taken as it is, and its controllers had come to rest.
 */
export class Unseen {
  readonly #counts = new Map<string, number>();
  /** By UID: the ordinals or nodes that had no pod when the rehearsal began. */
  readonly #places = new Map<string, ReadonlySet<string>>();

  constructor(cluster: Cluster) {
    if (cluster.isGenerated) return;
    const { objects } = cluster;
    const pods = groupBy(objects.Pod, (pod) => pod.owners.find(({ controller }) => controller)?.uid ?? "");
    const ofOwner = (uid: string) => pods.get(uid) ?? [];
    for (const set of [...objects.ReplicaSet, ...objects.ReplicationController])
      this.#count(set.uid, set.observed, activeOf(ofOwner(set.uid)));
    for (const job of objects.Job) this.#countJob(job, activeOf(ofOwner(job.uid)));
    for (const set of objects.StatefulSet) this.#findOrdinals(set, ofOwner(set.uid));
    for (const set of objects.DaemonSet) this.#findNodes(set, ofOwner(set.uid), cluster);
  }

  /** How many pods of this owner are counted and not shown. */
  countOf(uid: string): number {
    return this.#counts.get(uid) ?? 0;
  }

  /** Whether the pod of this ordinal (or node) was missing at the start although its controller was content. */
  isMissing(uid: string, place: string): boolean {
    return this.#places.get(uid)?.has(place) ?? false;
  }

  #count(uid: string, observed: Observed | undefined, shown: number): void {
    if (!observed) return;
    const missing = Math.min(observed.pods, observed.wanted) - shown;
    if (missing > 0) this.#counts.set(uid, missing);
  }

  #countJob({ uid, observed, finished }: Job, shown: number): void {
    if (finished === "") this.#count(uid, observed, shown);
  }

  #findOrdinals(set: StatefulSet, pods: readonly Pod[]): void {
    const { observed, replicas, firstOrdinal, name, uid } = set;
    if (!observed || pods.length >= Math.min(observed.pods, replicas)) return;
    const shown = new Set(pods.map((pod) => pod.name.slice(name.length + 1)));
    const ordinals = Array.from({ length: replicas }, (_, index) => String(firstOrdinal + index));
    this.#places.set(uid, new Set(ordinals.filter((ordinal) => !shown.has(ordinal))));
  }

  #findNodes({ uid, observed }: DaemonSet, pods: readonly Pod[], { objects }: Cluster): void {
    const isContent = observed !== undefined && observed.pods >= observed.wanted;
    if (!isContent) return;
    const shown = new Set(pods.map(({ nodeName }) => nodeName));
    this.#places.set(uid, new Set(objects.Node.map(({ name }) => name).filter((name) => !shown.has(name))));
  }
}

function activeOf(pods: readonly Pod[]): number {
  return pods.filter((pod) => !isFinished(pod) && !pod.deletion).length;
}
