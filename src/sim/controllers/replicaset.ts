import { labelValue } from "../../model/meta.ts";
import { isFinished, isReady, podCondition, type Pod } from "../../model/pod.ts";
import type { ReplicaSet, ReplicationController } from "../../model/workload.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { Sim } from "../sim.ts";
import { defineController } from "./controller.ts";
import { createFromTemplate } from "./pod-factory.ts";
import { retryLater, retryDone } from "./retry.ts";

/**
 * Keeps a ReplicaSet's (or ReplicationController's) pods at its number: replaces at once what is terminating, and
 * picks what to delete when there are too many. Source: pkg/controller/replicaset/replica_set.go.
 */

type Replicated = ReplicaSet | ReplicationController;

export const replicaSetController = defineController({
  name: "replicaset",
  wakesOn: {
    "pod.terminating": (sim, { pod }) => ownerKey(sim, pod),
    "pod.finished": (sim, { pod }) => ownerKey(sim, pod),
    "pod.gone": (sim) => ownersOf(sim.state.lastRemoved),
    "workload.scaled": (sim, { workload }) => keysNamed(sim, workload),
    "object.created": (sim, { object }) => keysNamed(sim, object),
    "object.patched": (sim, { object }) => keysNamed(sim, object),
  },
  initial: (sim) => [...replicated(sim)].map(({ uid }) => uid),
  reconcile,
});

function* replicated(sim: Sim): Iterable<Replicated> {
  yield* sim.state.tables.ReplicaSet.values();
  yield* sim.state.tables.ReplicationController.values();
}

function ownerKey(sim: Sim, uid: string): readonly string[] {
  return ownersOf(sim.state.pod(uid));
}

function ownersOf(pod: Pod | undefined): readonly string[] {
  const owner = pod?.owners.find(({ controller }) => controller);
  return owner && (owner.kind === "ReplicaSet" || owner.kind === "ReplicationController") ? [owner.uid] : [];
}

function keysNamed(sim: Sim, ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  if (kind !== "ReplicaSet" && kind !== "ReplicationController") return [];
  const object = sim.state.tables[kind].get(`${namespace}/${name}`);
  return object ? [object.uid] : [];
}

function reconcile(sim: Sim, uid: string, cause: number): void {
  const owner = sim.state.objectByUid(uid) as Replicated | undefined;
  if (!owner) return;
  const active = activePods(sim, uid);
  const missing = owner.replicas - active.length - unseenOf(sim, owner);
  if (missing > 0) create(sim, owner, missing, cause);
  else if (missing < 0) remove(sim, owner, active, -missing, cause);
}

/** Pods that are there and not shown, at most as many as are wanted. */
export function unseenOf(sim: Sim, { uid, replicas }: Replicated): number {
  return Math.min(replicas, sim.state.unseen.countOf(uid));
}

/** Pods that count: neither finished nor on their way out. Source: controller_utils.go, FilterActivePods. */
export function activePods(sim: Sim, ownerUid: string): Pod[] {
  return sim.state.podsOwnedBy(ownerUid).filter((pod) => !isFinished(pod) && !pod.deletion);
}

function create(sim: Sim, owner: Replicated, count: number, cause: number): void {
  const revision = labelValue(owner.template.labels, "pod-template-hash") ?? "";
  for (let i = 0; i < count; i++) {
    if (createFromTemplate(sim, { owner, template: owner.template, revision }, cause)) continue;
    return retryLater(sim, "reconcile replicaset", owner.uid, cause);
  }
  retryDone(sim, "reconcile replicaset", owner.uid);
}

function remove(sim: Sim, owner: Replicated, active: readonly Pod[], count: number, cause: number): void {
  for (const pod of podsToDelete(sim, owner, active).slice(0, count))
    deletePod(sim, pod, { by: "scale-down" }, cause);
}

/** The pods in the order in which a scale-down takes them. */
function podsToDelete(sim: Sim, owner: Replicated, active: readonly Pod[]): Pod[] {
  const ranks = nodeRanks(sim, owner);
  const rank = (pod: Pod) => (pod.nodeName === "" ? 0 : (ranks.get(pod.nodeName) ?? 0));
  return [...active].sort((a, b) => compareForDeletion(sim, a, b, rank(a), rank(b)));
}

/** How many active pods of this ReplicaSet and its siblings each node has; it is not counted again while pods are chosen. */
function nodeRanks(sim: Sim, owner: Replicated): Map<string, number> {
  const above = owner.owners.find(({ controller }) => controller)?.uid;
  const family = above
    ? [...sim.state.tables.ReplicaSet.values()].filter((each) => each.owners.some(({ uid }) => uid === above))
    : [owner];
  const ranks = new Map<string, number>();
  for (const { uid } of family)
    for (const pod of activePods(sim, uid))
      if (pod.nodeName !== "") ranks.set(pod.nodeName, (ranks.get(pod.nodeName) ?? 0) + 1);
  return ranks;
}

const phaseOrder = { Pending: 0, Unknown: 1, Running: 2, Succeeded: 3, Failed: 3 } as const;

/** Negative where `a` goes before `b`. Source: pkg/controller/controller_utils.go, ActivePodsWithRanks.Less. */
function compareForDeletion(sim: Sim, a: Pod, b: Pod, rankA: number, rankB: number): number {
  if ((a.nodeName === "") !== (b.nodeName === "")) return a.nodeName === "" ? -1 : 1;
  const phase = phaseOrder[a.status.phase] - phaseOrder[b.status.phase];
  if (phase !== 0) return phase;
  if (isReady(a) !== isReady(b)) return isReady(a) ? 1 : -1;
  const cost = deletionCost(a) - deletionCost(b);
  if (cost !== 0) return cost;
  if (rankA !== rankB) return rankB - rankA;
  if (isReady(a) && isReady(b)) {
    const readySince = (pod: Pod) => podCondition(pod, "Ready")?.since ?? 0;
    const age = compareAges(sim, readySince(a), readySince(b));
    if (age !== undefined) return age === 0 ? byLuck(sim, a, b) : age;
  }
  const restarts = restartCount(b) - restartCount(a);
  if (restarts !== 0) return restarts;
  const age = compareAges(sim, a.createdAt ?? 0, b.createdAt ?? 0);
  return age === undefined || age === 0 ? byLuck(sim, a, b) : age;
}

/** The younger by orders of magnitude goes first (LogarithmicScaleDown); undefined where the times are equal. */
function compareAges(sim: Sim, a: number, b: number): number | undefined {
  if (a === b) return undefined;
  const magnitude = (since: number) => {
    const age = (sim.epoch() - since) * 1_000_000;
    return age > 0 ? Math.floor(Math.log2(age)) : -1;
  };
  return magnitude(a) - magnitude(b);
}

/** Kubernetes compares UIDs here, which are random. */
function byLuck(sim: Sim, a: Pod, b: Pod): number {
  const luck = (pod: Pod) => sim.chooser.order(`scale-down ${sim.state.workloadOf(pod)} ${pod.uid}`);
  return luck(a) - luck(b);
}

function deletionCost(pod: Pod): number {
  const cost = Number(labelValue(pod.annotations, "controller.kubernetes.io/pod-deletion-cost") ?? "0");
  return Number.isInteger(cost) ? cost : 0;
}

function restartCount(pod: Pod): number {
  return Math.max(0, ...pod.status.containerStatuses.map((status) => status.restartCount));
}
