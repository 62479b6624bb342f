import { topologyLabel, zoneOf } from "../../model/affinity.ts";
import { labelValue } from "../../model/meta.ts";
import { isNodeReady, nodeCondition, type Node } from "../../model/node.ts";
import { type Taint, type TaintEffect, wellKnownTaint } from "../../model/taint.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { addTaint, removeTaint, setNodeReady } from "../state/node-writes.ts";
import { markUnready } from "../state/pod-writes.ts";
import { controllerLagMillis } from "./controller.ts";

/**
 * Keeps a node's taints in step with its state, and notices when its kubelet has fallen silent.
 * Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go; facts/node-lifecycle.ts.
 */
export const nodeLifecycleRoom: Room = {
  name: "node-lifecycle",
  start: (sim) => {
    for (const node of sim.state.tables.Node.values())
      if (staleTaints(node).length > 0) soon(sim, "in-step", node.name, 0);
  },
  on: {
    "node.cordoned": (sim, { node }, number) => soon(sim, "cordon-taint", node, number),
    "node.uncordoned": (sim, { node }, number) => soon(sim, "cordon-taint", node, number),
    "node.down": (sim, { node }, number) => watchLease(sim, node, number),
    "node.up": (sim, { node }, number) => heard(sim, node, number),
    "node.ready": (sim, { node, status }, number) => {
      if (status === "True") soon(sim, "cleanup", node, number);
    },
  },
  tasks: {
    "node-lifecycle.in-step": bringInStep,
    "node-lifecycle.cordon-taint": cordonTaint,
    "node-lifecycle.silent": silent,
    "node-lifecycle.heard": heardAgain,
    "node-lifecycle.no-execute": noExecute,
    "node-lifecycle.cleanup": cleanUp,
  },
};

/** Which condition each taint follows, and the status under which it goes. Source: taintKeyToNodeConditionMap there. */
const conditionOf: ReadonlyMap<string, { readonly type: string; readonly well: "True" | "False" }> = new Map([
  [wellKnownTaint.notReady, { type: "Ready", well: "True" }],
  [wellKnownTaint.unreachable, { type: "Ready", well: "True" }],
  [wellKnownTaint.memoryPressure, { type: "MemoryPressure", well: "False" }],
  [wellKnownTaint.diskPressure, { type: "DiskPressure", well: "False" }],
  [wellKnownTaint.pidPressure, { type: "PIDPressure", well: "False" }],
  [wellKnownTaint.networkUnavailable, { type: "NetworkUnavailable", well: "False" }],
]);

function soon(
  sim: Sim,
  kind: string,
  node: string,
  cause: number,
  delay: number = controllerLagMillis,
): void {
  sim.after(delay, `node-lifecycle.${kind}`, node, cause, { priority: priority.controller });
}

/**
 * A cluster may have been read in the moment between a change of a node and this controller's answer to it: right after
 * an uncordon its taint is there still, and right after a node became Ready.
 */
function bringInStep(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node) return;
  for (const { key, effect } of staleTaints(node))
    removeTaint(sim, sim.state.node(node.name)!, key, effect, task.cause);
}

/** The controller's own taints that the node's state no longer calls for. */
function staleTaints(node: Node): readonly Taint[] {
  return node.taints.filter(({ key, effect }) => {
    if (key === wellKnownTaint.unschedulable) return effect === "NoSchedule" && !node.unschedulable;
    const condition = conditionOf.get(key);
    if (condition === undefined || effect === "PreferNoSchedule") return false;
    return nodeCondition(node, condition.type)?.status === condition.well;
  });
}

/** A cordoned node has the unschedulable taint, a few milliseconds later. */
function cordonTaint(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node) return;
  const taint = { key: wellKnownTaint.unschedulable, value: "", effect: "NoSchedule" as const };
  if (node.unschedulable) addTaint(sim, node, taint, task.cause);
  else removeTaint(sim, node, taint.key, taint.effect, task.cause);
}

/** The lease was renewed some time before the machine stopped; the next look after the grace period notices. */
function watchLease(sim: Sim, node: string, cause: number): void {
  const { leaseRenewal, nodeMonitorPeriod } = sim.settings.controlPlane;
  const sinceRenewal = sim.chooser.sample(`lease phase ${node}`, [
    [0, 0],
    [1, leaseRenewal.value],
  ]);
  const missed = sim.now - sinceRenewal + sim.settings.nodeMonitorGraceMillis;
  const look = Math.ceil(missed / nodeMonitorPeriod.value) * nodeMonitorPeriod.value;
  soon(sim, "silent", node, cause, look - sim.now);
}

function silent(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || sim.state.isNodeUp(node.name)) return;
  const event = setNodeReady(sim, node, "Unknown", task.cause);
  if (event === undefined) return;
  for (const pod of sim.state.podsOnNode(node.name)) markUnready(sim, pod, "NodeNotReady", event);
  const current = sim.state.node(node.name)!;
  addTaint(sim, current, { key: wellKnownTaint.unreachable, value: "", effect: "NoSchedule" }, event);
  planNoExecute(sim, current, event);
}

/** NoExecute comes at the zone's pace: one node per ten seconds, none while the whole cluster seems to be gone. */
function planNoExecute(sim: Sim, node: Node, cause: number): void {
  const interval = pace(sim, node);
  if (interval === undefined) return;
  const zone = zoneKey(node);
  const next = Math.max(sim.now + controllerLagMillis, sim.state.nextZoneEviction.get(zone) ?? 0);
  sim.state.nextZoneEviction.set(zone, next + interval);
  soon(sim, "no-execute", node.name, cause, next - sim.now);
}

function noExecute(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || isNodeReady(node) || pace(sim, node) === undefined) return;
  addTaint(sim, node, { key: wellKnownTaint.unreachable, value: "", effect: "NoExecute" }, task.cause);
}

/** Milliseconds between two nodes of this zone; undefined where none is tainted at all. */
function pace(sim: Sim, node: Node): number | undefined {
  const settings = sim.settings.controlPlane;
  const zones = new Map<string, { ready: number; silent: number }>();
  for (const each of sim.state.tables.Node.values()) {
    const zone = zones.get(zoneKey(each)) ?? { ready: 0, silent: 0 };
    if (isNodeReady(each)) zone.ready++;
    else zone.silent++;
    zones.set(zoneKey(each), zone);
  }
  const isFull = (zone: { ready: number; silent: number }) => zone.ready === 0 && zone.silent > 0;
  if ([...zones.values()].every(isFull)) return undefined;
  const zone = zones.get(zoneKey(node))!;
  const size = zone.ready + zone.silent;
  const isPartial =
    !isFull(zone) && zone.silent > 2 && zone.silent / size >= settings.unhealthyZoneThreshold.value;
  if (!isPartial) return interval(settings.evictionRate.value);
  if (size <= settings.largeClusterThreshold.value) return undefined;
  return interval(settings.secondaryEvictionRate.value);
}

/** Milliseconds between two at so many a second; undefined: never. */
function interval(perSecond: number): number | undefined {
  return perSecond > 0 ? 1_000 / perSecond : undefined;
}

function zoneKey(node: Node): string {
  const region =
    labelValue(node.labels, topologyLabel.region) ?? labelValue(node.labels, topologyLabel.betaRegion) ?? "";
  return `${region}:${zoneOf(node.labels)}`;
}

/** The kubelet is back: it reports Ready within its status period, and the taints go some seconds later. */
function heard(sim: Sim, node: string, cause: number): void {
  soon(sim, "heard", node, cause, sim.settings.nodeReturnMillis);
}

function heardAgain(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || !sim.state.isNodeUp(node.name)) return;
  const event = setNodeReady(sim, node, "True", task.cause);
  // It fell silent for too short a time to be noticed.
  if (event === undefined) soon(sim, "cleanup", node.name, task.cause);
}

function cleanUp(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || nodeCondition(node, "Ready")?.status !== "True") return;
  const effects: readonly TaintEffect[] = ["NoSchedule", "NoExecute"];
  for (const key of [wellKnownTaint.unreachable, wellKnownTaint.notReady])
    for (const effect of effects) removeTaint(sim, sim.state.node(node.name)!, key, effect, task.cause);
}
