import type { HostPort, Resources } from "../../model/pod.ts";
import type { Node } from "../../model/node.ts";
import type { PodInfo } from "./pod-info.ts";
import { isScalarResource } from "./pod-requests.ts";

/** Amounts of resources: cpu in millicores, the rest in whole units. */
export interface ResourceVector {
  milliCPU: number;
  memory: number;
  ephemeralStorage: number;
  scalars: Map<string, number>;
}

/** What a node offers. */
export interface Allocatable extends Readonly<Omit<ResourceVector, "scalars">> {
  readonly scalars: ReadonlyMap<string, number>;
  readonly podNumber: number;
}

/**
 * A node with the pods on it and their sums, kept up to date pod by pod.
 * Source: pkg/scheduler/framework/types.go, NodeInfo.
 */
export class NodeInfo {
  /** Its place in the columns of the scheduling classes; -1 while the cache does not hold it. */
  slot = -1;
  readonly name: string;
  #node: Node | undefined;
  #allocatable: Allocatable = nothing;
  readonly pods: PodInfo[] = [];
  readonly requested: ResourceVector = { milliCPU: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() };
  nonZeroMilliCPU = 0;
  nonZeroMemory = 0;
  /** Ports in use by address: a set, as upstream's: of two pods with one port the first to go frees it. */
  readonly usedPorts = new Map<string, Set<string>>();

  constructor(name: string) {
    this.name = name;
  }

  /** The node; only a node that is gone has none, while pods are still on it. */
  get node(): Node | undefined {
    return this.#node;
  }

  set node(node: Node | undefined) {
    this.#node = node;
    this.#allocatable = node ? allocatableOf(node.allocatable) : nothing;
  }

  get allocatable(): Allocatable {
    return this.#allocatable;
  }

  get labels(): Node["labels"] {
    return this.#node!.labels;
  }

  addPod(info: PodInfo): void {
    this.pods.push(info);
    this.#account(info, 1);
    for (const port of info.spec.hostPorts) addPort(this.usedPorts, port);
  }

  /** Takes a pod away; false if it is not here. */
  removePod(uid: string): PodInfo | undefined {
    let index = 0;
    while (index < this.pods.length && this.pods[index]!.pod.uid !== uid) index++;
    const info = this.pods[index];
    if (!info) return undefined;
    const last = this.pods.pop()!;
    if (last !== info) this.pods[index] = last;
    this.#account(info, -1);
    for (const port of info.spec.hostPorts) removePort(this.usedPorts, port);
    return info;
  }

  /** Puts another view of the same pod in its place, where what it takes of the node is the same. */
  replacePod(info: PodInfo): void {
    const index = this.pods.findIndex(({ pod }) => pod.uid === info.pod.uid);
    if (index >= 0) this.pods[index] = info;
  }

  #account({ resource }: PodInfo, sign: 1 | -1): void {
    const { requested } = this;
    requested.milliCPU += sign * resource.milliCPU;
    requested.memory += sign * resource.memory;
    requested.ephemeralStorage += sign * resource.ephemeralStorage;
    for (const [name, amount] of resource.scalars)
      requested.scalars.set(name, (requested.scalars.get(name) ?? 0) + sign * amount);
    this.nonZeroMilliCPU += sign * resource.nonZeroMilliCPU;
    this.nonZeroMemory += sign * resource.nonZeroMemory;
  }

  /** A copy that pods can be added to and removed from. */
  snapshot(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.slot = this.slot;
    copy.#node = this.#node;
    copy.#allocatable = this.#allocatable;
    copy.pods.push(...this.pods);
    Object.assign(copy.requested, this.requested, { scalars: new Map(this.requested.scalars) });
    copy.nonZeroMilliCPU = this.nonZeroMilliCPU;
    copy.nonZeroMemory = this.nonZeroMemory;
    for (const [ip, ports] of this.usedPorts) copy.usedPorts.set(ip, new Set(ports));
    return copy;
  }
}

const nothing: Allocatable = {
  milliCPU: 0,
  memory: 0,
  ephemeralStorage: 0,
  scalars: new Map(),
  podNumber: 0,
};

/** Resources that the scheduler does not know by name are not offered. Source: framework/types.go, Resource.Add. */
export function allocatableOf(resources: Resources): Allocatable {
  return {
    milliCPU: resources["cpu"] ?? 0,
    memory: resources["memory"] ?? 0,
    ephemeralStorage: resources["ephemeral-storage"] ?? 0,
    scalars: new Map(Object.entries(resources).filter(([name]) => isScalarResource(name))),
    podNumber: resources["pods"] ?? 0,
  };
}

function addPort(used: Map<string, Set<string>>, { ip, protocol, port }: HostPort): void {
  let ports = used.get(ip);
  if (!ports) used.set(ip, (ports = new Set()));
  ports.add(`${protocol}/${port}`);
}

function removePort(used: Map<string, Set<string>>, { ip, protocol, port }: HostPort): void {
  const ports = used.get(ip);
  if (ports?.delete(`${protocol}/${port}`) && ports.size === 0) used.delete(ip);
}
