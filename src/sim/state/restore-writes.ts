import type { Kind, ObjectsByKind } from "../../model/cluster.ts";
import { formatRef, refOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import { isFinished, isMirror, type Pod } from "../../model/pod.ts";
import type { Sim } from "../sim.ts";
import type { Table } from "./cluster-state.ts";
import { addTaint, removeTaint, setLabel, setNodeReady, setUnschedulable } from "./node-writes.ts";
import { createObject, deleteObject } from "./object-writes.ts";
import { bindPod, createPod, finishPod, removePod } from "./pod-writes.ts";
import type { SavedState } from "./saved-state.ts";

/**
 * Puts the API's objects back to what etcd held: one event a change. What kubelets report of themselves (versions, that
 * a node is Ready, that a pod runs) is written anew by them, and stays. Joined nodes stay too: their kubelets are
 * restarted, and register again.
 */
export function restoreState(sim: Sim, saved: SavedState, cause: number): void {
  for (const [kind, table] of saved.tables)
    if (kind === "Node") restoreNodes(sim, table as ReadonlyMap<string, Node>, cause);
    else if (kind !== "Pod") restoreObjects(sim, kind, table, cause);
  for (const [uid, status] of saved.workloadStatus) sim.state.workloadStatus.set(uid, status);
  restorePods(sim, saved.pods, cause);
}

/** Controllers of the control plane set these by what they see: they do so again. */
const ownTaints = "node.kubernetes.io/";

function restoreNodes(sim: Sim, saved: ReadonlyMap<string, Node>, cause: number): void {
  for (const [name, node] of saved) {
    if (!sim.state.node(name)) returnNode(sim, node, cause);
    const current = () => sim.state.node(name)!;
    setUnschedulable(sim, current(), node.unschedulable, cause);
    for (const { key, effect } of current().taints)
      if (
        !key.startsWith(ownTaints) &&
        !node.taints.some((each) => each.key === key && each.effect === effect)
      )
        removeTaint(sim, current(), key, effect, cause);
    for (const taint of node.taints)
      if (!taint.key.startsWith(ownTaints)) addTaint(sim, current(), taint, cause);
    for (const key of Object.keys(current().labels))
      if (!Object.hasOwn(node.labels, key)) setLabel(sim, current(), key, null, cause);
    for (const [key, value] of Object.entries(node.labels)) setLabel(sim, current(), key, value, cause);
  }
}

/** The object of a node that was deleted since. Where its machine is gone nobody reports for it. */
function returnNode(sim: Sim, node: Node, cause: number): void {
  sim.state.put("Node", node);
  sim.emit({ kind: "node.added", node: node.name, object: node }, cause);
  if (!sim.state.isNodeUp(node.name)) setNodeReady(sim, node, "Unknown", cause);
}

type OtherKind = Exclude<Kind, "Pod" | "Node">;

function restoreObjects(
  sim: Sim,
  kind: OtherKind,
  saved: ReadonlyMap<string, ObjectsByKind[Kind]>,
  cause: number,
): void {
  const table = sim.state.tables[kind] as Table<ObjectsByKind[OtherKind]>;
  for (const [key, object] of table) if (!saved.has(key)) deleteObject(sim, kind, object as never, cause);
  for (const [key, object] of saved) {
    const now = table.get(key);
    if (now === object) continue;
    if (!now) createObject(sim, kind, object as never, cause);
    else restoreObject(sim, kind, now, object as ObjectsByKind[OtherKind], cause);
  }
}

function restoreObject(
  sim: Sim,
  kind: OtherKind,
  now: ObjectsByKind[OtherKind],
  object: ObjectsByKind[OtherKind],
  cause: number,
): void {
  sim.state.put(kind, object);
  const ref = formatRef(refOf(object));
  if ("replicas" in now && "replicas" in object && now.replicas !== object.replicas)
    sim.emit({ kind: "workload.scaled", workload: ref, replicas: object.replicas, by: "restore" }, cause);
  sim.emit({ kind: "object.patched", object: ref, what: "as etcd held it when it was backed up" }, cause);
}

/**
 * Pods made since are unknown now, and their kubelets end them; those that went since are to run again where they ran.
 * A pod that has changed its place or is on its way out counts as both. Mirror pods are made by their kubelets.
 */
function restorePods(sim: Sim, saved: readonly Pod[], cause: number): void {
  const byUid = new Map(saved.map((pod) => [pod.uid, pod]));
  const kept = new Set<string>();
  for (const pod of sim.state.pods()) {
    const before = byUid.get(pod.uid);
    const stays = before && before.nodeName === pod.nodeName && (!pod.deletion || before.deletion);
    if (isMirror(pod) || stays) kept.add(pod.uid);
    else removePod(sim, pod, "restore", cause);
  }
  for (const pod of saved)
    if (!kept.has(pod.uid) && !isMirror(pod) && !pod.deletion) returnPod(sim, pod, cause);
}

/** Its containers are gone: it starts anew, under a UID that tells it from the pod that went. */
function returnPod(sim: Sim, pod: Pod, cause: number): void {
  const { startedAt: _, ...status } = pod.status;
  const conditions = status.conditions.filter(({ type }) => type === "PodScheduled");
  const fresh: Pod = {
    ...pod,
    uid: `${pod.uid}-restored`,
    nodeName: "",
    status: {
      ...status,
      phase: "Pending",
      conditions: pod.nodeName === "" ? conditions : [],
      containerStatuses: [],
    },
  };
  createPod(sim, fresh, "", cause);
  if (isFinished(pod)) {
    finishPod(sim, fresh, pod.status.phase === "Failed" ? "Failed" : "Succeeded", cause);
    return;
  }
  if (pod.nodeName !== "") bindPod(sim, sim.state.pod(fresh.uid)!, pod.nodeName, cause);
}
