import { matchesNodeTerms } from "../model/affinity.ts";
import { volumesOf, volumeTables, type VolumeTables } from "../model/claims.ts";
import type { Cluster } from "../model/cluster.ts";
import { labelValue } from "../model/meta.ts";
import { type Node, nodeCondition } from "../model/node.ts";
import { isFinished, type Pod, type PodSpec } from "../model/pod.ts";
import { podRequests } from "../model/pod-resources.ts";
import { tolerates, wellKnownTaint } from "../model/taint.ts";
import type { PersistentVolume } from "../model/volume.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/**
 * Where a pod could run by what stands in its spec, in volumes and on nodes: node selector, node affinity, taints,
 * cordon, readiness. Room, ports, spread and other pods are the scheduler's business: a node that is possible here
 * may still be refused there, never the other way round.
 */

/** Whether the node's labels and name satisfy the pod's selector and required node affinity. */
function isSelected(spec: PodSpec, node: Node): boolean {
  const { nodeSelector, affinity } = spec;
  for (const key of Object.keys(nodeSelector))
    if (labelValue(node.labels, key) !== nodeSelector[key]) return false;
  return (
    affinity.requiredNodes === undefined || matchesNodeTerms(affinity.requiredNodes, node.labels, node.name)
  );
}

/** Whether the node takes new pods like this one now: not cordoned, not NotReady, no taint that it does not tolerate. */
export function isOpenTo(spec: PodSpec, node: Node): boolean {
  const cordon = { key: wellKnownTaint.unschedulable, value: "", effect: "NoSchedule" as const };
  if (node.unschedulable && !tolerates(spec.tolerations, cordon)) return false;
  const ready = nodeCondition(node, "Ready");
  if (ready && ready.status !== "True") return false;
  return node.taints.every(
    (taint) =>
      taint.effect === "PreferNoSchedule" ||
      taint.key === wellKnownTaint.unschedulable ||
      tolerates(spec.tolerations, taint),
  );
}

/** Whether all of these volumes can be reached from the node. */
export function reaches(volumes: readonly PersistentVolume[], node: Node): boolean {
  return volumes.every(({ nodeTerms }) => !nodeTerms || matchesNodeTerms(nodeTerms, node.labels, node.name));
}

const tables = new WeakMap<Cluster, VolumeTables>();

/** The bound volumes that a pod mounts, as far as the input has them. */
export function boundVolumes(cluster: Cluster, pod: Pod): readonly PersistentVolume[] {
  let known = tables.get(cluster);
  if (!known) tables.set(cluster, (known = volumeTables(cluster.objects)));
  return volumesOf(pod, known);
}

/** What pods of one kind see of a cluster: many thousand pods share a few selectors and tolerations. */
interface Seen {
  readonly selected: Map<string, readonly Node[]>;
  readonly open: Map<string, readonly Node[]>;
}

const seen = new WeakMap<Cluster, Seen>();

function seenOf(cluster: Cluster): Seen {
  let known = seen.get(cluster);
  if (!known) seen.set(cluster, (known = { selected: new Map(), open: new Map() }));
  return known;
}

function remembered(
  table: Map<string, readonly Node[]>,
  key: string,
  find: () => readonly Node[],
): readonly Node[] {
  let known = table.get(key);
  if (!known) table.set(key, (known = find()));
  return known;
}

/** The nodes that satisfy the pod's selector and required node affinity, in the order of the cluster. */
export function selectedNodes(cluster: Cluster, spec: PodSpec): readonly Node[] {
  const key = JSON.stringify([spec.nodeSelector, spec.affinity.requiredNodes ?? null]);
  return remembered(seenOf(cluster).selected, key, () =>
    cluster.objects.Node.filter((node) => isSelected(spec, node)),
  );
}

/** Those of them that take new pods like this one now. */
export function openNodes(cluster: Cluster, spec: PodSpec): readonly Node[] {
  const key = JSON.stringify([spec.nodeSelector, spec.affinity.requiredNodes ?? null, spec.tolerations]);
  return remembered(seenOf(cluster).open, key, () =>
    selectedNodes(cluster, spec).filter((node) => isOpenTo(spec, node)),
  );
}

/** The nodes that could take the pod, volumes included, in the order of the cluster. */
export function possibleNodes(cluster: Cluster, pod: Pod): readonly Node[] {
  const open = openNodes(cluster, pod.spec);
  const volumes = boundVolumes(cluster, pod);
  return volumes.length === 0 ? open : open.filter((node) => reaches(volumes, node));
}

/** What the unfinished pods of a node request of one resource; of `pods`, how many they are. */
export function requestedOn(index: ClusterIndex, node: string, resource: string): number {
  return requestedBy(index.podsOn(node), resource);
}

function requestedBy(pods: readonly Pod[], resource: string): number {
  let total = 0;
  for (const pod of pods)
    if (!isFinished(pod)) total += resource === "pods" ? 1 : (podRequests(pod.spec)[resource] ?? 0);
  return total;
}

/**
 * Whether the node can hold one more pod like this by requests, now or once pods of lower priority have given way.
 * Source: pkg/scheduler/framework/plugins/defaultpreemption; where it says no, only another node helps.
 */
export function canMakeRoom(index: ClusterIndex, node: Node, pod: Pod): boolean {
  const asked: Readonly<Record<string, number>> = { ...podRequests(pod.spec), pods: 1 };
  const staying = index
    .podsOn(node.name)
    .filter((each) => pod.preemptionPolicy === "Never" || each.priority >= pod.priority);
  return Object.keys(asked).every((resource) => {
    const amount = asked[resource]!;
    return amount === 0 || requestedBy(staying, resource) + amount <= (node.allocatable[resource] ?? 0);
  });
}
