import { isCloudLabel, isKubeletLabel } from "../../facts/kubelet-labels.ts";
import type { Node } from "../../model/node.ts";
import { wellKnownTaint } from "../../model/taint.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { addNode, removeTaint, setNodeReady } from "../state/node-writes.ts";

/**
 * Machines that go on running although their Node object was deleted. A kubelet registers once, when it starts: nothing
 * comes back before it starts anew, and then only what it sets by itself. Source: pkg/kubelet/kubelet_node_status.go
 * (registrationCompleted); kubernetes/kubernetes issues 71398, 115761.
 */
export const reregistrationRoom: Room = {
  name: "reregistration",
  tasks: { "reregistration.ready": ready },
};

const unregisteredIn = perSim(() => new Map<string, Node>());

/** The machine of this node, whose object is gone, stays: it registers when its kubelet starts anew. */
export function keepMachine(sim: Sim, node: Node): void {
  unregisteredIn(sim).set(node.name, node);
}

export function isUnregistered(sim: Sim, name: string): boolean {
  return unregisteredIn(sim).has(name);
}

/** The kubelet has started: where its Node object was deleted it makes one, bare. */
export function register(sim: Sim, name: string, cause: number): void {
  const before = unregisteredIn(sim).get(name);
  if (!before || sim.state.node(name)) return;
  unregisteredIn(sim).delete(name);
  const since = sim.epoch();
  const isOfCloud = before.providerID !== "";
  const node: Node = {
    ...before,
    uid: `${before.uid} again`,
    createdAt: Math.floor(since / 1_000) * 1_000,
    labels: Object.fromEntries(
      Object.entries(before.labels).filter(
        ([key]) => isKubeletLabel(key) || (isOfCloud && isCloudLabel(key)),
      ),
    ),
    annotations: {},
    unschedulable: false,
    taints: [{ key: wellKnownTaint.notReady, value: "", effect: "NoSchedule", addedAt: since }],
    conditions: before.conditions.map((condition) =>
      condition.type === "Ready" ? { ...condition, status: "False", since } : condition,
    ),
  };
  const added = addNode(sim, node, cause);
  const options = { priority: priority.machine, weight: "busy" as const };
  sim.after(sim.settings.nodeReturnMillis, "reregistration.ready", name, added, options);
}

function ready(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || !sim.state.isNodeUp(node.name)) return;
  const event = setNodeReady(sim, node, "True", task.cause) ?? task.cause;
  const current = sim.state.node(node.name);
  if (current) removeTaint(sim, current, wellKnownTaint.notReady, "NoSchedule", event);
}
