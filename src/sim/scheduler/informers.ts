import type { Kind } from "../../model/cluster.ts";
import type { Node } from "../../model/node.ts";
import { isFinished, type Pod } from "../../model/pod.ts";
import { byText } from "../../lib/order.ts";
import type { ClusterEvent, EventResource } from "../plugins/cluster-events.ts";
import type { Sim } from "../sim.ts";
import type { ListedKind } from "./listers.ts";
import type { SchedulingQueue } from "./queue.ts";
import type { Scheduler } from "./scheduler.ts";
import type { StateListers } from "./state-listers.ts";

/** The kinds beside nodes and pods whose changes may wake a pod. */
const wakingKinds = [
  "PersistentVolume",
  "PersistentVolumeClaim",
  "StorageClass",
  "CSINode",
  "CSIDriver",
  "CSIStorageCapacity",
  "VolumeAttachment",
] as const satisfies readonly EventResource[];

const listedKinds: ReadonlySet<string> = new Set<ListedKind>([
  ...wakingKinds,
  "Namespace",
  "Service",
  "ReplicationController",
  "ReplicaSet",
  "StatefulSet",
  "PodDisruptionBudget",
]);

/**
 * What the scheduler is told of the cluster: its cache and its queue learn what changed, as what it was before and
 * what it is now. Source: pkg/scheduler/eventhandlers.go.
 */
export class Informers {
  readonly #sim: Sim;
  readonly #scheduler: Scheduler;
  readonly #queue: SchedulingQueue;
  readonly #listers: StateListers;
  readonly #pods = new Map<string, Pod>();
  readonly #nodes = new Map<string, Node>();
  /** By kind and key. */
  readonly #objects = new Map<string, object>();

  constructor(sim: Sim, scheduler: Scheduler, queue: SchedulingQueue, listers: StateListers) {
    this.#sim = sim;
    this.#scheduler = scheduler;
    this.#queue = queue;
    this.#listers = listers;
  }

  /** Lists what is there; pods without a node are left to the caller. Nodes come sorted, as from the first list. */
  list(): void {
    const { tables } = this.#sim.state;
    for (const kind of wakingKinds)
      for (const [key, object] of tables[kind]) this.#objects.set(`${kind} ${key}`, object);
    for (const name of [...tables.Node.keys()].sort(byText)) this.node(name);
    for (const { uid, nodeName } of this.#sim.state.pods()) if (nodeName !== "") this.pod(uid);
  }

  /** A pod came, changed or went. Finished pods are gone, as far as the scheduler sees. */
  pod(uid: string): void {
    const before = this.#pods.get(uid);
    const found = this.#sim.state.pod(uid);
    const after = found && isFinished(found) ? undefined : found;
    if (!before && !after) return;
    if (after) this.#pods.set(uid, after);
    else this.#pods.delete(uid);
    if ((before?.nodeName ?? "") !== "" || (after?.nodeName ?? "") !== "") this.#assigned(uid, before, after);
    else this.#waiting(uid, before, after);
  }

  #assigned(uid: string, before: Pod | undefined, after: Pod | undefined): void {
    const { cache } = this.#scheduler;
    const wasAssigned = before !== undefined && before.nodeName !== "";
    if (!after) cache.removePod(uid);
    else if (wasAssigned) cache.updatePod(after);
    else {
      this.#queue.delete(uid);
      cache.addPod(after);
    }
    const change = { ...(wasAssigned ? { before } : {}), ...(after ? { after } : {}) };
    this.#queue.assignedPodChanged(change, this.#sim.now);
  }

  #waiting(uid: string, before: Pod | undefined, after: Pod | undefined): void {
    const { now } = this.#sim;
    if (after && before) return this.#queue.update(before, after, now);
    if (after) return void this.#queue.add(after, now);
    const isNominated = this.#scheduler.cache.nominator.nodeOf(uid) !== "";
    this.#queue.delete(uid);
    // Its place is free for those that are not more important.
    if (isNominated && before)
      this.#queue.notify({ resource: "Pod", action: "Delete", before }, now, before.priority);
  }

  /** A node came, changed or went. */
  node(name: string): void {
    const before = this.#nodes.get(name);
    const after = this.#sim.state.node(name);
    const { cache } = this.#scheduler;
    if (after) {
      this.#nodes.set(name, after);
      if (before) cache.updateNode(after);
      else cache.addNode(after);
    } else if (before) {
      this.#nodes.delete(name);
      cache.removeNode(name);
    }
    const change = { ...(before ? { before } : {}), ...(after ? { after } : {}) };
    this.#queue.nodeChanged(change, this.#sim.now);
  }

  /** An object of any other kind came, changed or went. */
  object(kind: string, key: string): void {
    if (!listedKinds.has(kind)) return;
    const listed = kind as ListedKind;
    this.#listers.objectChanged(listed);
    this.#scheduler.cache.objectChanged(listed);
    const resource = wakingKinds.find((each) => each === kind);
    if (!resource) return;
    const name = `${kind} ${key}`;
    const before = this.#objects.get(name);
    const after = this.#sim.state.tables[kind as Exclude<Kind, "Pod">].get(key);
    if (after) this.#objects.set(name, after);
    else this.#objects.delete(name);
    const action = !before ? "Add" : after ? "Update" : "Delete";
    const event = { resource, action, ...(before ? { before } : {}), ...(after ? { after } : {}) };
    this.#queue.notify(event as ClusterEvent, this.#sim.now);
  }
}
