import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import { invariant, must } from "../../lib/assert.ts";
import type { Node } from "../../model/node.ts";
import { isFinished, type Pod } from "../../model/pod.ts";
import type { ClusterView, PodMatcher, TermOwners } from "../plugins/plugin.ts";
import { type AffinityTerms, hasTerms } from "./affinity-terms.ts";
import { ChangeLog } from "./change-log.ts";
import { ImageStates, type KnownImage } from "./image-states.ts";
import type { ListedKind, SchedulerListers } from "./listers.ts";
import { NodeInfo } from "./node-info.ts";
import { NodeTree, zoneKey } from "./node-tree.ts";
import { Nominator } from "./nominator.ts";
import { PodCounts } from "./pod-counts.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";
import { PriorityCounts } from "./priority-counts.ts";
import { TopologyIndex } from "./topology-index.ts";

interface Owners extends TermOwners {
  readonly terms: AffinityTerms;
  readonly nodes: Map<NodeInfo, number>;
}

/**
 * The scheduler's picture of the cluster, kept up to date event by event; no question that a decision asks of it is
 * answered by going through the pods. Source: pkg/scheduler/backend/cache/cache.go.
 *
 * Nodes are gone through in the order in which they were added, zone by zone in turn. A real scheduler gets them
 * sorted by name when it starts.
 */
export class SchedulerCache implements ClusterView {
  readonly listers: SchedulerListers;
  readonly behaviour: SchedulerBehaviour;
  readonly counts = new PodCounts();
  readonly images = new ImageStates();
  readonly nominator = new Nominator();
  readonly changes = new ChangeLog();
  /** Nodes by slot; a slot that is free is undefined, and is given to the next node. */
  readonly slots: (NodeInfo | undefined)[] = [];
  readonly topology = new TopologyIndex(this.slots);
  readonly #freeSlots: number[] = [];
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #tree = new NodeTree();
  /** The zone under which each node stands in the tree. */
  readonly #zones = new Map<NodeInfo, string>();
  #order: readonly NodeInfo[] | undefined;
  /** Grows whenever a node comes or goes. */
  orderVersion = 0;
  readonly #nodeOfPod = new Map<string, NodeInfo>();
  readonly #owners = new Map<AffinityTerms, Owners>();
  /** Grows whenever pod affinity that nobody had before appears. */
  ownersVersion = 0;
  /** Grows when pod affinity that nobody has any more was forgotten. */
  ownersEpoch = 0;
  #ownersLimit = 1_000;
  readonly #priorities = new PriorityCounts();
  readonly #claimUses = new Map<string, number>();
  readonly #versions = new Map<ListedKind, number>();
  /** Grows when an object changed whose selector spreads pods that have no constraints of their own. */
  selectorsVersion = 0;

  constructor(listers: SchedulerListers, behaviour: SchedulerBehaviour) {
    this.listers = listers;
    this.behaviour = behaviour;
  }

  /** All nodes, in the order in which the scheduler goes through them. */
  get nodes(): readonly NodeInfo[] {
    return (this.#order ??= this.#tree.list());
  }

  /** The node of this name, if the cluster has it. */
  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node ? info : undefined;
  }

  /** The node that a pod is on; also one that is gone. */
  nodeOf(uid: string): NodeInfo | undefined {
    return this.#nodeOfPod.get(uid);
  }

  podCounts(matcher: PodMatcher): ReadonlyMap<NodeInfo, number> {
    return this.counts.countsOf(matcher);
  }

  termOwners(): Iterable<TermOwners> {
    return this.#owners.values();
  }

  image(name: string): KnownImage | undefined {
    return this.images.get(name);
  }

  get lowestPriority(): number {
    return this.#priorities.lowest;
  }

  isClaimInUse(key: string): boolean {
    return this.#claimUses.has(key);
  }

  /** How often an object of this kind was said to have changed. */
  version(kind: ListedKind): number {
    return this.#versions.get(kind) ?? 0;
  }

  /** An object that the listers show was added, changed or removed. */
  objectChanged(kind: ListedKind): void {
    this.#versions.set(kind, this.version(kind) + 1);
    if (selectingKinds.has(kind)) this.selectorsVersion++;
  }

  /** A pod as the scheduler sees it. */
  infoOf(pod: Pod): PodInfo {
    return podInfo(pod, this.counts.labelSet(pod.namespace, pod.labels), this.behaviour);
  }

  addNode(node: Node): void {
    let info = this.#nodes.get(node.name);
    if (info?.node) return this.updateNode(node);
    if (!info) this.#nodes.set(node.name, (info = new NodeInfo(node.name)));
    info.node = node;
    info.slot = this.#freeSlots.pop() ?? this.slots.length;
    this.slots[info.slot] = info;
    this.topology.set(info.slot, node.labels);
    const zone = zoneKey(node.labels);
    this.#tree.add(info, zone);
    this.#zones.set(info, zone);
    this.images.add(info, node);
    for (const pod of info.pods) this.#count(pod, info, 1);
    this.#nodesChanged(info.slot);
  }

  /** A node's labels, taints, allocatable, images … changed. */
  updateNode(node: Node): void {
    const info = must(this.node(node.name), `node ${node.name}`);
    const before = must(info.node, `node ${node.name}`);
    if (before.images !== node.images) {
      this.images.remove(info, before);
      this.images.add(info, node);
    }
    const zone = zoneKey(node.labels);
    const oldZone = must(this.#zones.get(info), `the zone of node ${node.name}`);
    if (zone !== oldZone) {
      // The list is made anew only when a node comes or goes: until then the node keeps its place in it.
      this.#tree.remove(info, oldZone);
      this.#tree.add(info, zone);
      this.#zones.set(info, zone);
    }
    info.node = node;
    if (before.labels !== node.labels) this.topology.set(info.slot, node.labels);
    this.changes.record(info.slot, true);
    this.#trim();
  }

  /** The node is gone. Its pods are remembered until they are removed, should it come back. */
  removeNode(name: string): void {
    const info = must(this.node(name), `node ${name}`);
    for (const pod of info.pods) this.#count(pod, info, -1);
    this.images.remove(info, info.node!);
    this.#tree.remove(info, must(this.#zones.get(info), `the zone of node ${name}`));
    this.#zones.delete(info);
    const { slot } = info;
    this.slots[slot] = undefined;
    this.topology.set(slot, undefined);
    this.#freeSlots.push(slot);
    info.slot = -1;
    info.node = undefined;
    if (info.pods.length === 0) this.#nodes.delete(name);
    this.#nodesChanged(slot);
  }

  #nodesChanged(slot: number): void {
    this.#order = undefined;
    this.orderVersion++;
    this.changes.record(slot, true);
    this.#trim();
  }

  #trim(): void {
    this.changes.trim(4_096 + 2 * this.slots.length);
  }

  /** A pod is on a node, or is assumed to be there from now on. Finished pods take nothing and are left out. */
  addPod(pod: Pod): void {
    invariant(pod.nodeName !== "", `pod ${pod.namespace}/${pod.name} is on no node`);
    if (isFinished(pod) || this.#nodeOfPod.has(pod.uid)) return;
    this.nominator.remove(pod.uid);
    let node = this.#nodes.get(pod.nodeName);
    if (!node) this.#nodes.set(pod.nodeName, (node = new NodeInfo(pod.nodeName)));
    const info = this.infoOf(pod);
    node.addPod(info);
    this.#nodeOfPod.set(pod.uid, node);
    this.#podChanged(info, node, 1);
  }

  /** A pod on a node changed: its labels, its status, its deletion. */
  updatePod(pod: Pod): void {
    const node = this.#nodeOfPod.get(pod.uid);
    if (!node) return this.addPod(pod);
    if (isFinished(pod)) return this.removePod(pod.uid);
    const before = must(
      node.pods.find((each) => each.pod.uid === pod.uid),
      `pod ${pod.namespace}/${pod.name} on node ${node.name}`,
    );
    const info = this.infoOf(pod);
    if (isAlike(before, info)) return node.replacePod(info);
    node.removePod(pod.uid);
    this.#podChanged(before, node, -1);
    node.addPod(info);
    this.#podChanged(info, node, 1);
  }

  /** A pod is gone from its node, or was not bound after all. */
  removePod(uid: string): void {
    const node = this.#nodeOfPod.get(uid);
    if (!node) return;
    const info = must(node.removePod(uid), `pod ${uid} on node ${node.name}`);
    this.#nodeOfPod.delete(uid);
    this.#podChanged(info, node, -1);
    if (!node.node && node.pods.length === 0) this.#nodes.delete(node.name);
  }

  #podChanged(info: PodInfo, node: NodeInfo, delta: 1 | -1): void {
    if (!node.node) return;
    this.#count(info, node, delta);
    this.changes.record(node.slot, false);
    this.#trim();
  }

  /** Counts a pod that came or went in everything that is counted over nodes. */
  #count({ pod, labelSet, terms, spec }: PodInfo, node: NodeInfo, delta: 1 | -1): void {
    this.counts.add(labelSet, node, pod.deletion !== undefined, delta);
    this.#priorities.add(pod.priority, delta);
    if (hasTerms(terms)) this.#countOwner(terms, node, delta);
    for (const volume of spec.volumes) {
      if (volume.type !== "persistentVolumeClaim") continue;
      const key = `${pod.namespace}/${volume.claimName}`;
      const uses = (this.#claimUses.get(key) ?? 0) + delta;
      if (uses === 0) this.#claimUses.delete(key);
      else this.#claimUses.set(key, uses);
    }
  }

  /** Pods that are alike in their affinity stay known when the last of them is gone: others come, as a rule. */
  #countOwner(terms: AffinityTerms, node: NodeInfo, delta: 1 | -1): void {
    let owners = this.#owners.get(terms);
    if (!owners) {
      this.#forgetOwners();
      this.#owners.set(terms, (owners = { terms, nodes: new Map() }));
      this.ownersVersion++;
    }
    const sum = (owners.nodes.get(node) ?? 0) + delta;
    if (sum !== 0) owners.nodes.set(node, sum);
    else owners.nodes.delete(node);
  }

  #forgetOwners(): void {
    if (this.#owners.size < this.#ownersLimit) return;
    for (const [terms, { nodes }] of this.#owners) if (nodes.size === 0) this.#owners.delete(terms);
    this.#ownersLimit = 2 * this.#owners.size + 1_000;
    this.ownersEpoch++;
  }

  /** A pod without a node waits for this one; empty: for none. */
  nominate(pod: Pod, nodeName: string): void {
    this.nominator.add(this.infoOf(pod), nodeName);
  }
}

const selectingKinds: ReadonlySet<ListedKind> = new Set([
  "Service",
  "ReplicationController",
  "ReplicaSet",
  "StatefulSet",
]);

/** Whether nothing that is counted changed. */
function isAlike(before: PodInfo, after: PodInfo): boolean {
  return (
    before.spec === after.spec &&
    before.labelSet === after.labelSet &&
    before.terms === after.terms &&
    before.resource === after.resource &&
    before.pod.nodeName === after.pod.nodeName &&
    (before.pod.deletion === undefined) === (after.pod.deletion === undefined)
  );
}
