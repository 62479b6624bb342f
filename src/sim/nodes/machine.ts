import { type ActionOf, doneBy, notFound, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { removeNode } from "../state/node-writes.ts";
import { restartPod } from "../state/pod-writes.ts";
import { drawDuration } from "./durations.ts";
import { restartKubelet } from "./kubelet-restarts.ts";
import { isUnregistered, keepMachine, register } from "./reregistration.ts";

/**
 * Machines: they go down and come back, whatever the API says of their nodes meanwhile. A reboot ends every
 * process on the node; the pods that were left there start again when it is back.
 */
export const machineRoom: Room = {
  name: "machine",
  worksAlone: true,
  tasks: { "machine.back": back, "machine.hook-done": hookDone, "machine.gone": gone },
};

/** The machine stops: with it all processes of its pods. The API server learns of it only by missing leases. */
export function takeDown(sim: Sim, node: string, reason: string, cause: number): number | undefined {
  if (sim.state.downNodes.has(node)) return undefined;
  sim.state.downNodes.add(node);
  return sim.emit({ kind: "node.down", node, reason }, cause);
}

/** The machine runs again, and its kubelet with it. */
export function bringUp(sim: Sim, node: string, cause: number): number | undefined {
  if (!sim.state.downNodes.delete(node)) return undefined;
  return sim.emit({ kind: "node.up", node }, cause);
}

interface Reboot {
  readonly command: string;
}

export function startReboot(
  sim: Sim,
  command: string,
  { node, duration }: ActionOf<"reboot">,
  cause: number,
): Reply | undefined {
  if (!sim.state.node(node) && !isUnregistered(sim, node)) return notFound("nodes", node);
  const down = takeDown(sim, node, "reboot", cause) ?? cause;
  const millis = drawDuration(sim, duration, `reboot ${node}`);
  if (millis === undefined) return undefined;
  const data: Reboot = { command };
  sim.after(millis, "machine.back", node, down, { priority: priority.machine, data });
  return undefined;
}

/**
 * The Node object goes, and after a while the machine with all that still runs on it. It does not come back, unless it is to
 * stay: then it does, bare, when its kubelet starts anew.
 */
export function startDeletion(
  sim: Sim,
  command: string,
  { node: name, duration, machine }: ActionOf<"deleteNode">,
  cause: number,
): Reply | undefined {
  const node = sim.state.node(name);
  if (!node) return notFound("nodes", name);
  const deleted = removeNode(sim, node, cause);
  if (machine === "stays") {
    keepMachine(sim, node);
    return doneBy(deleted);
  }
  const millis = drawDuration(sim, duration, `delete node ${name}`);
  if (millis === undefined) return undefined;
  sim.after(millis, "machine.gone", name, deleted, { priority: priority.machine, data: command });
  return undefined;
}

function gone(sim: Sim, task: Task): void {
  sim.controlPlane.leave(task.subject);
  const down = takeDown(sim, task.subject, "deleted", task.cause) ?? task.cause;
  answer(sim, task.data as string, { kind: "done", changed: true }, down);
}

function back(sim: Sim, task: Task): void {
  const { command } = task.data as Reboot;
  for (const pod of sim.state.podsOnNode(task.subject)) restartPod(sim, pod, task.cause);
  const up = bringUp(sim, task.subject, task.cause) ?? task.cause;
  register(sim, task.subject, up);
  answer(sim, command, { kind: "done", changed: true }, up);
}

/** A hook does what its plan declares: it takes a while, may fail, and may restart the machine or its kubelet. */
export function startHook(
  sim: Sim,
  command: string,
  action: ActionOf<"hook">,
  cause: number,
): Reply | undefined {
  const { node, duration, effect, failureRate } = action;
  const fails = failureRate > 0 && sim.chooser.happens(`hook ${node}`, failureRate);
  if (effect === "reboot" && !fails)
    return startReboot(sim, command, { kind: "reboot", node, duration }, cause);
  const millis = drawDuration(sim, duration, `hook ${node}`);
  if (millis === undefined) return undefined;
  const data: Hook = { node, fails, restartsKubelet: effect === "kubeletRestart" };
  sim.after(millis, "machine.hook-done", command, cause, { priority: priority.machine, data });
  return undefined;
}

interface Hook {
  readonly node: string;
  readonly fails: boolean;
  readonly restartsKubelet: boolean;
}

function hookDone(sim: Sim, task: Task): void {
  const { node, fails, restartsKubelet } = task.data as Hook;
  const error = { code: 500, reason: "", message: "the hook failed", causes: [] };
  if (fails) return answer(sim, task.subject, { kind: "error", error }, task.cause);
  if (restartsKubelet) {
    restartKubelet(sim, node, task.cause);
    register(sim, node, task.cause);
  }
  answer(sim, task.subject, { kind: "done", changed: true }, task.cause);
}
