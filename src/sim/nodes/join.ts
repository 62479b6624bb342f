import { cloudTaint, startupTaintSets } from "../../facts/node-agents.ts";
import { usesOwnApiServer } from "../../facts/kubelet-local-mode.ts";
import { assumptionDefaults } from "../../facts/assumption-defaults.ts";
import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { isControlPlane, isNodeReady, type Node } from "../../model/node.ts";
import { nodeOwner } from "../../model/node-owner.ts";
import type { Resources } from "../../model/pod.ts";
import { type Taint, wellKnownTaint } from "../../model/taint.ts";
import { parseVersion } from "../../model/version.ts";
import type { CSINode } from "../../model/volume.ts";
import type { Duration } from "../../plan/assumptions.ts";
import { joinedNode, type JoiningNode } from "../../plan/joined-node.ts";
import { problem } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import { controllerLagMillis } from "../controllers/controller.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { addNode, removeTaint, setAllocatable, setLabel, setNodeReady } from "../state/node-writes.ts";
import { createObject, patchObject } from "../state/object-writes.ts";
import { endPlaneJoin, isJoiningPlane, startPlaneJoin } from "./control-plane-joins.ts";
import { markedAsControlPlane } from "./control-plane-marks.ts";
import {
  areReadyOn,
  deviceSetsOn,
  driverSetsOn,
  networkSetsOn,
  serviceSetsOn,
  setsOn,
} from "./node-agents.ts";

/**
 * New machines: they start, their kubelet registers a Node, DaemonSets bring the network, and the node turns Ready. It is
 * usable once its startup taints are gone, its CSI drivers and devices are registered, and its pods reach Services.
 * Source: kubernetes.io, Nodes; Taint Nodes by Condition; Device Plugins; pkg/kubelet/nodestatus.
 */
export const joinRoom: Room = {
  name: "join",
  on: {
    "pod.ready": (sim, { pod }, number) => lookSoon(sim, sim.state.pod(pod)?.nodeName ?? "", number),
    "node.ready": (sim, { node }, number) => lookSoon(sim, node, number),
    "node.untainted": (sim, { node }, number) => lookSoon(sim, node, number),
    "node.resized": (sim, { node }, number) => lookSoon(sim, node, number),
    "component.upgraded": (sim, { node }, number) => planeCame(sim, node, number),
    "node.removed": (sim, { node }, number) => give(sim, node, "it was deleted before it was usable", number),
  },
  tasks: {
    "join.register": register,
    "join.look": look,
    "join.network": networkUp,
    "join.cloud": cloudDone,
    "join.devices": devicesUp,
    "join.fail": fail,
  },
};

/** A node that is asked for. */
export interface JoinRequest extends JoiningNode {
  /** The node in whose place it comes, or empty. */
  readonly replaces: string;
  /** From the machine's start until its kubelet has registered; undefined: as the plan assumes, else by default. */
  readonly duration?: Duration;
  /** 0 to 1: how often the machine never joins. */
  readonly failureRate: number;
  /** The client's command that is answered when the node is usable; controllers listen for `node.usable`. */
  readonly command?: string;
}

/** A node between the start of its machine and its being usable. */
interface Arrival {
  /** The node that it is like. */
  readonly like: string;
  /** The version that its template names. */
  readonly version: string | undefined;
  /** Whether it is a control-plane node that registers with its own API server. */
  readonly isPlaneFirst: boolean;
  /** As it will be once it has settled in. */
  readonly settled: Node;
  readonly startupTaints: readonly Taint[];
  readonly drivers: CSINode["drivers"];
  readonly command: string | undefined;
  /** What was set off already and comes by itself. */
  readonly begun: Set<string>;
}

const arrivalsOf = perSim(() => new Map<string, Arrival>());

/** Whether a node of this name is there, is on its way, or has a machine that still runs. */
export function isNameTaken(sim: Sim, name: string): boolean {
  if (sim.state.node(name) || arrivalsOf(sim).has(name)) return true;
  const wasThere = sim.cluster.objects.Node.some((node) => node.name === name);
  return wasThere && !sim.state.downNodes.has(name);
}

/** Starts a machine that will join as a node of this name, which must not be taken; returns the event's number. */
export function startJoin(sim: Sim, request: JoinRequest, cause: number): number {
  const { name, pattern, template, replaces } = request;
  const settled = markedAsControlPlane(joinedNode(request));
  const started = sim.emit({ kind: "node.joining", node: name, like: pattern.name, replaces }, cause);
  const isOfCloud = pattern.providerID !== "";
  arrivalsOf(sim).set(name, {
    like: pattern.name,
    version: template.version,
    isPlaneFirst: isPlaneFirst(sim, settled, pattern),
    settled,
    startupTaints: [
      ...template.startupTaints,
      ...(isOfCloud ? [{ ...cloudTaint, effect: "NoSchedule" } as const] : []),
    ],
    drivers: sim.cluster.objects.CSINode.find((each) => each.name === pattern.name)?.drivers ?? [],
    command: request.command,
    begun: new Set(),
  });
  const fails = request.failureRate > 0 && sim.chooser.happens(`join ${name} fails`, request.failureRate);
  const millis = sim.timings.joining(name, request.duration);
  if (millis === undefined) return started;
  sim.after(millis, fails ? "join.fail" : "join.register", name, started, { priority: priority.machine });
  return started;
}

function isPlaneFirst(sim: Sim, settled: Node, pattern: Node): boolean {
  const minor = parseVersion(settled.info.kubeletVersion)?.minor;
  if (!isControlPlane(settled) || minor === undefined) return false;
  const isOfClusterApi = nodeOwner(pattern, sim.cluster).owner?.kind === "cluster-api";
  return usesOwnApiServer(minor, isOfClusterApi ? "cluster-api" : "kubeadm");
}

function fail(sim: Sim, task: Task): void {
  failWith(sim, task.subject, "its machine did not come up", task.cause);
}

function failWith(sim: Sim, name: string, reason: string, cause: number): void {
  const failed = sim.emit({ kind: "node.failed", node: name, reason }, cause);
  give(sim, name, `${name}: ${reason}`, failed);
}

/** Nobody waits for this node any more. */
function give(sim: Sim, name: string, message: string, cause: number): void {
  const arrival = arrivalsOf(sim).get(name);
  if (!arrival) return;
  arrivalsOf(sim).delete(name);
  endPlaneJoin(sim, name);
  sim.state.nodesWithoutNetwork.delete(name);
  if (arrival.command !== undefined) answer(sim, arrival.command, problem(message).fact, cause);
}

/** The kubelet registers its node, which has neither network nor drivers nor devices. */
function register(sim: Sim, task: Task): void {
  const arrival = arrivalsOf(sim).get(task.subject);
  if (!arrival || sim.state.node(task.subject)) return;
  const { settled, startupTaints, drivers, begun } = arrival;
  const { name } = settled;
  sim.state.downNodes.delete(name);
  if (arrival.isPlaneFirst && !begun.has("plane")) {
    beginPlane(sim, arrival, task.cause);
    // It registers with its own API server, once that runs.
    if (isJoiningPlane(sim, name) || !arrivalsOf(sim).has(name)) return;
  }
  sim.state.nodesWithoutNetwork.add(name);
  sim.timings.startsEmpty(name);
  const since = sim.epoch();
  const notReady: Taint = { key: wellKnownTaint.notReady, value: "", effect: "NoSchedule" };
  const extended = Object.keys(settled.allocatable).filter(isExtended);
  const node: Node = {
    ...settled,
    createdAt: Math.floor(since / 1_000) * 1_000,
    labels: without(settled.labels, topologyKeysOf(arrival)),
    taints: [...settled.taints, ...startupTaints, notReady],
    capacity: without(settled.capacity, extended),
    allocatable: without(settled.allocatable, extended),
    conditions: settled.conditions.map((condition) =>
      condition.type === "Ready" ? { ...condition, status: "False", since } : { ...condition, since },
    ),
  };
  const added = addNode(sim, node, task.cause);
  if (drivers.length > 0) createObject(sim, "CSINode", csiNodeOf(node, []), added);
  if (startupTaints.some(({ key }) => key === cloudTaint.key))
    sim.after(assumptionDefaults.cloudInitMillis, "join.cloud", name, added);
  beginPlane(sim, arrival, added);
  lookSoon(sim, name, added);
}

/** kubeadm brings the static pods of a control-plane node, once. */
function beginPlane(sim: Sim, { settled, like, version, begun }: Arrival, cause: number): void {
  if (begun.has("plane") || !isControlPlane(settled)) return;
  begun.add("plane");
  const problem = startPlaneJoin(sim, { node: settled.name, like, to: version }, cause);
  if (problem !== undefined) failWith(sim, settled.name, problem, cause);
}

/** Its static pods run, or one of them does: its kubelet may register now. */
function planeCame(sim: Sim, name: string, cause: number): void {
  if (!arrivalsOf(sim).has(name)) return;
  if (sim.state.node(name)) return lookSoon(sim, name, cause);
  if (isJoiningPlane(sim, name)) return;
  sim.after(sim.settings.apiMillis, "join.register", name, cause, { priority: priority.machine });
}

/** Labels by which drivers tell where their volumes are reached; kubelets set them when a driver registers. */
function topologyKeysOf({ drivers, settled }: Arrival): readonly string[] {
  const keys = drivers.flatMap(({ topologyKeys }) => topologyKeys);
  return keys.filter((key) => !/^([^/]+\.)?kubernetes\.io\//.test(key) && Object.hasOwn(settled.labels, key));
}

function csiNodeOf(node: Node, drivers: CSINode["drivers"]): CSINode {
  return {
    kind: "CSINode",
    apiVersion: "storage.k8s.io/v1",
    namespace: "",
    name: node.name,
    uid: `csinode ${node.name}`,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
    drivers,
  };
}

/** Whether a device plugin brings it: Kubernetes' own resources have no domain, or its own. */
function isExtended(resource: string): boolean {
  return resource.includes("/") && !/(^|\.)kubernetes\.io\//.test(resource);
}

function without<T>(map: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

function lookSoon(sim: Sim, node: string, cause: number): void {
  if (!arrivalsOf(sim).has(node)) return;
  sim.after(controllerLagMillis, "join.look", node, cause);
}

/** Does what can be done for the node now. Looks at the state: safe to run again. */
function look(sim: Sim, task: Task): void {
  const arrival = arrivalsOf(sim).get(task.subject);
  const node = sim.state.node(task.subject);
  if (!arrival || !node || !sim.state.isNodeUp(node.name)) return;
  if (!isNodeReady(node)) return bringNetwork(sim, arrival, task.cause);
  liftTaints(sim, arrival, task.cause);
  registerDrivers(sim, arrival, task.cause);
  bringDevices(sim, arrival, task.cause);
  if (isUsable(sim, arrival)) arrived(sim, arrival, task.cause);
}

function bringNetwork(sim: Sim, { settled, begun }: Arrival, cause: number): void {
  if (begun.has("network") || !areReadyOn(sim, networkSetsOn(sim, settled), settled.name)) return;
  begun.add("network");
  sim.after(sim.settings.nodeReturnMillis, "join.network", settled.name, cause, {
    priority: priority.machine,
  });
}

/** The container runtime has its network, and the kubelet says Ready. The node controller takes its taint off. */
function networkUp(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || !sim.state.isNodeUp(node.name)) return;
  sim.state.nodesWithoutNetwork.delete(node.name);
  setNodeReady(sim, node, "True", task.cause);
}

function cloudDone(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (node) removeTaint(sim, node, cloudTaint.key, "NoSchedule", task.cause);
}

/** Each startup taint goes with the readiness of the set that it is known to wait for; else of all sets on the node. */
function liftTaints(sim: Sim, { settled, startupTaints }: Arrival, cause: number): void {
  const sets = setsOn(sim, settled);
  for (const { key, effect } of startupTaints) {
    if (key === cloudTaint.key) continue;
    const own = sets.filter(({ name }) => name === startupTaintSets[key]);
    if (!areReadyOn(sim, own.length > 0 ? own : sets, settled.name)) continue;
    removeTaint(sim, sim.state.node(settled.name)!, key, effect, cause);
  }
}

function registerDrivers(sim: Sim, arrival: Arrival, cause: number): void {
  const { settled, drivers, begun } = arrival;
  for (const driver of drivers) {
    const object = sim.state.tables.CSINode.get(settled.name);
    if (!object || begun.has(`driver ${driver.name}`)) continue;
    if (!areReadyOn(sim, driverSetsOn(sim, settled, driver.name), settled.name)) continue;
    begun.add(`driver ${driver.name}`);
    const next = { ...object, drivers: [...object.drivers, driver] };
    const registered = patchObject(sim, "CSINode", next, `driver ${driver.name}`, cause);
    for (const key of topologyKeysOf({ ...arrival, drivers: [driver] }))
      setLabel(sim, sim.state.node(settled.name)!, key, settled.labels[key]!, registered);
  }
}

/** A kubelet tells of devices with its next status. */
function bringDevices(sim: Sim, { settled, begun }: Arrival, cause: number): void {
  for (const resource of Object.keys(settled.allocatable).filter(isExtended)) {
    if (begun.has(resource) || !areReadyOn(sim, deviceSetsOn(sim, settled, resource), settled.name)) continue;
    begun.add(resource);
    const phase = sim.chooser.sample(`status phase ${settled.name} ${resource}`, [
      [0, 0],
      [1, nodeLifecycleFacts.statusMillis],
    ]);
    const data: Resources = { [resource]: settled.allocatable[resource]! };
    sim.after(phase, "join.devices", settled.name, cause, { priority: priority.machine, data });
  }
}

function devicesUp(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (node) setAllocatable(sim, node, task.data as Resources, task.cause);
}

function isUsable(sim: Sim, { settled, startupTaints, drivers, begun }: Arrival): boolean {
  const node = sim.state.node(settled.name)!;
  const waitedFor = new Set([wellKnownTaint.notReady, ...startupTaints.map(({ key }) => key)]);
  return (
    isNodeReady(node) &&
    !isJoiningPlane(sim, settled.name) &&
    node.taints.every(({ key }) => !waitedFor.has(key)) &&
    drivers.every(({ name }) => begun.has(`driver ${name}`)) &&
    Object.keys(settled.allocatable).every((name) => Object.hasOwn(node.allocatable, name)) &&
    areReadyOn(sim, serviceSetsOn(sim, settled), settled.name)
  );
}

function arrived(sim: Sim, { settled: { name }, command }: Arrival, cause: number): void {
  arrivalsOf(sim).delete(name);
  const usable = sim.emit({ kind: "node.usable", node: name }, cause);
  if (command !== undefined) answer(sim, command, { kind: "joined", node: name }, usable);
}
