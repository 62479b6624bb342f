import { invariant, must } from "../../lib/assert.ts";
import type { BudgetStatus, PodDisruptionBudget } from "../../model/budget.ts";
import type { Cluster, Kind, ObjectsByKind } from "../../model/cluster.ts";
import { controllerOf, keyOf, type ObjectMeta, type OwnerReference } from "../../model/meta.ts";
import { type Node, nodeCondition } from "../../model/node.ts";
import { isReady, type Pod, type PodTemplate } from "../../model/pod.ts";
import type { Service } from "../../model/service.ts";
import { ownerUid, PodSets, SelectorIndex } from "./pod-index.ts";
import { Unseen } from "./unseen.ts";

/** Objects of one kind by `namespace/name`, in the order in which they came. */
export type Table<T> = Map<string, T>;

/** Every kind but pods, which have tables of their own. */
type Tables = { readonly [K in Exclude<Kind, "Pod">]: Table<ObjectsByKind[K]> };

/** Counts and conditions by the name of their field, as a workload's status has them. */
export type WorkloadStatus = Readonly<Record<string, number | string>>;

/** What an autoscaler reports: sizes, percent per metric, conditions as `STATUS Reason`. */
export interface AutoscalerStatus {
  readonly current: number;
  readonly desired: number;
  readonly utilization: readonly number[];
  readonly able: string;
  readonly active: string;
  readonly limited: string;
}

const emptyStatus: BudgetStatus = {
  currentHealthy: 0,
  desiredHealthy: 0,
  disruptionsAllowed: 0,
  expectedPods: 0,
  observedGeneration: 0,
  disruptedPods: {},
};

/**
 * The objects of the cluster as the API server would have them at this moment of virtual time, and the tables
 * behind them. Objects are immutable and replaced; only `writes.ts` replaces them, with an event for each change.
 */
export class ClusterState {
  readonly tables: Tables;
  /** Endpoints by Service (`namespace/name`). */
  readonly endpoints = new Map<string, { readonly ready: number; readonly serving: number }>();
  /** Statuses by the UID of the workload. */
  readonly workloadStatus = new Map<string, WorkloadStatus>();
  /** Statuses of the autoscalers, by `namespace/name`. */
  readonly autoscalers = new Map<string, AutoscalerStatus>();
  /** Names of aggregated APIs (APIServices) that nobody answers. */
  readonly unavailableApis = new Set<string>();
  /** Pod templates of earlier revisions: `UID revision`. */
  readonly templates = new Map<string, PodTemplate>();
  /** Earlier templates of a workload, oldest first, by its UID. */
  readonly history = new Map<string, readonly PodTemplate[]>();
  /** When each terminating pod was told to go, in virtual milliseconds: its timestamp has whole seconds only. */
  readonly terminatingSince = new Map<string, number>();
  /** Pods that were Ready at t = 0: they are again once their node is back. */
  readonly readyAtStart: ReadonlySet<string>;
  /** When the next node of a zone may get its NoExecute taint. */
  readonly nextZoneEviction = new Map<string, number>();
  /** Pods that statuses count and the snapshot does not show. */
  readonly unseen: Unseen;
  /** Nodes whose machine does not run, or whose kubelet is silent, whatever the API says of them. */
  readonly downNodes: Set<string>;
  /** Nodes that joined and whose network is not up yet: only pods of the host network start there. */
  readonly nodesWithoutNetwork = new Set<string>();
  readonly #pods = new Map<string, Pod>();
  readonly #podNames = new Map<string, string>();
  readonly #onNode = new PodSets();
  readonly #ofOwner = new PodSets();
  readonly #inNamespace = new PodSets();
  readonly #budgets = new SelectorIndex<PodDisruptionBudget>();
  readonly #services = new SelectorIndex<Service>();
  /** Objects that an object owns, by its UID. */
  readonly #children = new Map<string, Set<string>>();
  /** Objects by UID, for owner references. */
  readonly #byUid = new Map<string, ObjectMeta & { readonly kind: string }>();
  readonly #statuses = new Map<string, BudgetStatus>();
  /** Counts writes of a budget's status: its resource version. */
  readonly #versions = new Map<string, number>();
  readonly #conflicts = new Map<string, number>();
  readonly #ordinals = new Map<string, number>();
  #lastRemoved: Pod | undefined;
  #lastDeleted: string | undefined;
  readonly #atStart: ReadonlySet<string>;
  readonly #templatesAtStart: ReadonlyMap<string, PodTemplate>;
  readonly #pendingAtStart: ReadonlySet<string>;
  #newlyPending = 0;

  constructor(cluster: Cluster) {
    const { Pod: pods, ...others } = cluster.objects;
    this.unseen = new Unseen(cluster);
    // Ready False comes from a kubelet that is alive; Unknown is what the node controller writes for a silent one.
    this.downNodes = new Set(
      cluster.objects.Node.filter((node) => nodeCondition(node, "Ready")?.status === "Unknown").map(
        ({ name }) => name,
      ),
    );
    this.tables = Object.fromEntries(
      Object.entries(others).map(([kind, list]) => [
        kind,
        new Map(list.map((object) => [tableKey(object), object])),
      ]),
    ) as unknown as Tables;
    for (const table of Object.values(this.tables) as Table<ObjectsByKind[Kind]>[])
      for (const object of table.values()) this.#index(object);
    for (const budget of this.tables.PodDisruptionBudget.values()) this.#budgets.put(budget, []);
    for (const service of this.tables.Service.values()) this.#services.put(service, []);
    this.#templatesAtStart = new Map(cluster.objects.Deployment.map(({ uid, template }) => [uid, template]));
    this.#atStart = new Set(pods.map(({ uid }) => uid));
    this.#pendingAtStart = new Set(
      pods.filter(({ status }) => status.phase === "Pending").map(({ uid }) => uid),
    );
    for (const pod of pods) this.putPod(pod);
    this.readyAtStart = new Set(pods.filter(isReady).map(({ uid }) => uid));
  }

  // Pods

  pods(): IterableIterator<Pod> {
    return this.#pods.values();
  }

  get podCount(): number {
    return this.#pods.size;
  }

  /** The pod with this UID, or undefined once it is gone. */
  pod(uid: string): Pod | undefined {
    return this.#pods.get(uid);
  }

  /** Whether the snapshot had this pod, as against one that the rehearsal made. */
  wasThereAtStart({ uid }: Pod): boolean {
    return this.#atStart.has(uid);
  }

  wasPendingAtStart({ uid }: Pod): boolean {
    return this.#pendingAtStart.has(uid);
  }

  podNamed(namespace: string, name: string): Pod | undefined {
    const uid = this.#podNames.get(`${namespace}/${name}`);
    return uid === undefined ? undefined : this.#pods.get(uid);
  }

  /** The pods bound to a node, in the order in which they were bound. */
  podsOnNode(node: string): Pod[] {
    return this.#resolve(this.#onNode.get(node));
  }

  /** The pods that a controller owns, in the order in which they came. */
  podsOwnedBy(uid: string): Pod[] {
    return this.#resolve(this.#ofOwner.get(uid));
  }

  podsInNamespace(namespace: string): Pod[] {
    return this.#resolve(this.#inNamespace.get(namespace));
  }

  podsOfBudget(key: string): Pod[] {
    return this.#resolve(this.#budgets.podsOf(key));
  }

  podsOfService(key: string): Pod[] {
    return this.#resolve(this.#services.podsOf(key));
  }

  #resolve(uids: ReadonlySet<string>): Pod[] {
    const pods: Pod[] = [];
    for (const uid of uids) {
      const pod = this.#pods.get(uid);
      invariant(pod !== undefined, uid);
      pods.push(pod);
    }
    return pods;
  }

  /** How many pods are Pending and not on their way out, those aside that were so at t = 0. */
  get newlyPending(): number {
    return this.#newlyPending;
  }

  #countPending(before: Pod | undefined, after: Pod | undefined): void {
    const counts = (pod: Pod | undefined) =>
      pod?.status.phase === "Pending" && !pod.deletion && !this.#pendingAtStart.has(pod.uid) ? 1 : 0;
    this.#newlyPending += counts(after) - counts(before);
  }

  /** Adds a pod, or replaces it by its next state. Its labels and its owner never change. */
  putPod(pod: Pod): void {
    const before = this.#pods.get(pod.uid);
    this.#pods.set(pod.uid, pod);
    this.#countPending(before, pod);
    if (before?.nodeName !== pod.nodeName) {
      if (before && before.nodeName !== "") this.#onNode.remove(before.nodeName, pod.uid);
      if (pod.nodeName !== "") this.#onNode.add(pod.nodeName, pod.uid);
    }
    if (before) return;
    this.#podNames.set(keyOf(pod), pod.uid);
    this.#ofOwner.add(ownerUid(pod), pod.uid);
    this.#inNamespace.add(pod.namespace, pod.uid);
    this.#budgets.addPod(pod);
    this.#services.addPod(pod);
    const workload = this.workloadOf(pod);
    this.#ordinals.set(workload, (this.#ordinals.get(workload) ?? 0) + 1);
  }

  /** The pod that was removed last: what listeners of `pod.gone` look at. */
  get lastRemoved(): Pod | undefined {
    return this.#lastRemoved;
  }

  /** The UID of the object that was deleted last: what listeners of `object.deleted` look at. */
  get lastDeleted(): string | undefined {
    return this.#lastDeleted;
  }

  removePod(pod: Pod): void {
    this.#lastRemoved = pod;
    this.#countPending(pod, undefined);
    this.#pods.delete(pod.uid);
    this.terminatingSince.delete(pod.uid);
    if (this.#podNames.get(keyOf(pod)) === pod.uid) this.#podNames.delete(keyOf(pod));
    if (pod.nodeName !== "") this.#onNode.remove(pod.nodeName, pod.uid);
    this.#ofOwner.remove(ownerUid(pod), pod.uid);
    this.#inNamespace.remove(pod.namespace, pod.uid);
    this.#budgets.removePod(pod);
    this.#services.removePod(pod);
  }

  /** A pod that another controller now owns, or none: what `--cascade=orphan` leaves behind. */
  reownPod(pod: Pod, owners: readonly OwnerReference[]): void {
    const before = must(this.#pods.get(pod.uid), `pod ${pod.uid}`);
    this.#ofOwner.remove(ownerUid(before), pod.uid);
    this.#pods.set(pod.uid, { ...before, owners });
    this.#ofOwner.add(owners.find(({ controller }) => controller)?.uid ?? "", pod.uid);
  }

  /** How many pods this workload has had so far: the next one's ordinal is one more. */
  podsSoFar(workload: string): number {
    return this.#ordinals.get(workload) ?? 0;
  }

  /** `shop/Deployment/web`: what keeps this pod running, above ReplicaSets; empty for a pod without a controller. */
  workloadOf(pod: Pod): string {
    const owner = controllerOf(pod);
    if (!owner) return "";
    const above = this.#byUid.get(owner.uid);
    const top = above && owner.kind === "ReplicaSet" ? controllerOf(above) : undefined;
    const { kind, name } = top ?? owner;
    return `${pod.namespace}/${kind}/${name}`;
  }

  /** How many writes have met this conflict so far. */
  nextConflict(key: string): number {
    const count = this.#conflicts.get(key) ?? 0;
    this.#conflicts.set(key, count + 1);
    return count;
  }

  // Other objects

  /** Whether a workload still has the pod template that the snapshot showed. */
  isOriginalTemplate(uid: string, template: PodTemplate): boolean {
    return this.#templatesAtStart.get(uid) === template;
  }

  node(name: string): Node | undefined {
    return this.tables.Node.get(name);
  }

  /** Whether its machine runs: also a node that the API still calls Ready may be down. */
  isNodeUp(name: string): boolean {
    return name !== "" && !this.downNodes.has(name);
  }

  /** The object with this UID, or undefined: nothing of that UID is there. */
  objectByUid(uid: string): (ObjectMeta & { readonly kind: string }) | undefined {
    return this.#byUid.get(uid);
  }

  /** The objects (pods aside) that the object of this UID owns, in the order in which they came. */
  childrenOf(uid: string): (ObjectMeta & { readonly kind: string })[] {
    const children: (ObjectMeta & { readonly kind: string })[] = [];
    for (const child of this.#children.get(uid) ?? []) children.push(must(this.#byUid.get(child), child));
    return children;
  }

  #index(object: ObjectMeta & { readonly kind: string }): void {
    this.#byUid.set(object.uid, object);
    for (const owner of object.owners) {
      const children = this.#children.get(owner.uid);
      if (children) children.add(object.uid);
      else this.#children.set(owner.uid, new Set([object.uid]));
    }
  }

  /** Adds an object of any kind but Pod, or replaces it by its next state. */
  put<K extends Exclude<Kind, "Pod">>(kind: K, object: ObjectsByKind[K]): void {
    (this.tables[kind] as Table<ObjectsByKind[K]>).set(tableKey(object), object);
    this.#index(object);
    if (object.kind === "PodDisruptionBudget")
      this.#budgets.put(object, this.podsInNamespace(object.namespace));
    if (object.kind === "Service") this.#services.put(object, this.podsInNamespace(object.namespace));
  }

  remove(kind: Exclude<Kind, "Pod">, object: ObjectMeta & { readonly kind: string }): void {
    this.#lastDeleted = object.uid;
    this.tables[kind].delete(tableKey(object));
    this.#byUid.delete(object.uid);
    for (const owner of object.owners) this.#children.get(owner.uid)?.delete(object.uid);
    if (kind === "PodDisruptionBudget") {
      this.#budgets.remove(object);
      this.#statuses.delete(keyOf(object));
    }
    if (kind === "Service") this.#services.remove(object);
  }

  /** Keys of the budgets whose selector matches the pod, in the order in which they came. */
  budgetKeysFor(pod: Pod): readonly string[] {
    return this.#budgets.keysFor(pod);
  }

  serviceKeysFor(pod: Pod): readonly string[] {
    return this.#services.keysFor(pod);
  }

  budgetStatus(key: string): BudgetStatus {
    return this.#statuses.get(key) ?? emptyStatus;
  }

  /** Stores a budget's status: the next writer that read an older one meets a conflict. */
  putBudgetStatus(key: string, status: BudgetStatus): void {
    this.#statuses.set(key, status);
    this.#versions.set(key, this.budgetVersion(key) + 1);
  }

  budgetVersion(key: string): number {
    return this.#versions.get(key) ?? 0;
  }
}

/** Validating and mutating webhook configurations share a table, and may share names. */
function tableKey(object: ObjectMeta & { readonly kind: string }): string {
  return object.kind.endsWith("WebhookConfiguration") ? `${object.kind}/${object.name}` : keyOf(object);
}
