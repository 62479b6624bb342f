import { isNodeReady } from "../../model/node.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { setNodeReady } from "../state/node-writes.ts";

/**
 * A kubelet starts anew: containers go on running, and the node is not Ready until it has reported again. Pods keep
 * their readiness: that the node controller may mark them meanwhile, which it does when it looks in these seconds, is
 * not modelled.
 */
export const kubeletRestartsRoom: Room = {
  name: "kubelet-restarts",
  tasks: { "kubelet-restarts.ready": ready },
};

/** The kubelet of a node starts anew; nothing happens where its machine is down, or where it was not Ready before. */
export function restartKubelet(sim: Sim, name: string, cause: number): void {
  const node = sim.state.node(name);
  if (!node || !sim.state.isNodeUp(name) || !isNodeReady(node)) return;
  const away = setNodeReady(sim, node, "False", cause) ?? cause;
  const options = { priority: priority.machine, weight: "busy" as const };
  sim.after(sim.settings.nodeReturnMillis, "kubelet-restarts.ready", name, away, options);
}

function ready(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (node && sim.state.isNodeUp(node.name)) setNodeReady(sim, node, "True", task.cause);
}
