import type { Node, NodeCondition } from "../../model/node.ts";
import type { Resources } from "../../model/pod.ts";
import type { Taint } from "../../model/taint.ts";
import type { Sim } from "../sim.ts";

/**
 * Every change of a node: one function a change, each with exactly one event. They return the event's number,
 * or undefined where there was nothing to change.
 */

export function setUnschedulable(
  sim: Sim,
  node: Node,
  unschedulable: boolean,
  cause: number,
): number | undefined {
  if (node.unschedulable === unschedulable) return undefined;
  sim.state.put("Node", { ...node, unschedulable });
  return sim.emit({ kind: unschedulable ? "node.cordoned" : "node.uncordoned", node: node.name }, cause);
}

/** Adds a taint, or gives the one of this key and effect another value. */
export function addTaint(sim: Sim, node: Node, taint: Taint, cause: number): number | undefined {
  const same = node.taints.find(({ key, effect }) => key === taint.key && effect === taint.effect);
  if (same?.value === taint.value) return undefined;
  const taints = [...node.taints.filter((each) => each !== same), { ...taint, addedAt: sim.epoch() }];
  sim.state.put("Node", { ...node, taints });
  return sim.emit({ kind: "node.tainted", node: node.name, taint }, cause);
}

export function removeTaint(
  sim: Sim,
  node: Node,
  key: string,
  effect: Taint["effect"],
  cause: number,
): number | undefined {
  const taint = node.taints.find((each) => each.key === key && each.effect === effect);
  if (!taint) return undefined;
  sim.state.put("Node", { ...node, taints: node.taints.filter((each) => each !== taint) });
  return sim.emit({ kind: "node.untainted", node: node.name, taint }, cause);
}

/** Sets one label; null removes it. */
export function setLabel(
  sim: Sim,
  node: Node,
  key: string,
  value: string | null,
  cause: number,
): number | undefined {
  const before = Object.hasOwn(node.labels, key) ? node.labels[key] : null;
  if (before === value) return undefined;
  const { [key]: _, ...others } = node.labels;
  sim.state.put("Node", { ...node, labels: value === null ? others : { ...others, [key]: value } });
  return sim.emit({ kind: "node.labelled", node: node.name, key, value }, cause);
}

export function setNodeReady(
  sim: Sim,
  node: Node,
  status: "True" | "False" | "Unknown",
  cause: number,
): number | undefined {
  const before = node.conditions.find(({ type }) => type === "Ready");
  if (before?.status === status) return undefined;
  const ready: NodeCondition = { type: "Ready", status, reason: "", message: "", since: sim.epoch() };
  const conditions = [...node.conditions.filter(({ type }) => type !== "Ready"), ready];
  sim.state.put("Node", { ...node, conditions });
  return sim.emit({ kind: "node.ready", node: node.name, status }, cause);
}

/** A kubelet runs with another version, and says so of its kube-proxy where it said the same before. */
export function setKubeletVersion(sim: Sim, node: Node, to: string, cause: number): number {
  const { kubeletVersion: from, kubeProxyVersion } = node.info;
  const info = {
    ...node.info,
    kubeletVersion: to,
    kubeProxyVersion: kubeProxyVersion === from ? to : kubeProxyVersion,
  };
  sim.state.put("Node", { ...node, info });
  return sim.emit({ kind: "component.upgraded", component: "kubelet", node: node.name, from, to }, cause);
}

/** A kubelet has registered its node. */
export function addNode(sim: Sim, node: Node, cause: number): number {
  sim.state.put("Node", node);
  return sim.emit({ kind: "node.added", node: node.name, object: node }, cause);
}

/** The kubelet reports more or less of some resources; undefined where nothing changed. */
export function setAllocatable(sim: Sim, node: Node, change: Resources, cause: number): number | undefined {
  if (Object.entries(change).every(([name, amount]) => node.allocatable[name] === amount)) return undefined;
  const allocatable = { ...node.allocatable, ...change };
  const capacity = { ...node.capacity, ...change };
  sim.state.put("Node", { ...node, allocatable, capacity });
  return sim.emit({ kind: "node.resized", node: node.name, allocatable }, cause);
}

export function removeNode(sim: Sim, node: Node, cause: number): number {
  sim.state.remove("Node", node);
  return sim.emit({ kind: "node.removed", node: node.name }, cause);
}
