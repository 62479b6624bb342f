import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { toleratesTaint, type Taint } from "../../model/taint.ts";
import { deletePod } from "../apiserver/deletion.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { controllerLagMillis } from "./controller.ts";

/**
 * Deletes pods from nodes with NoExecute taints that they do not tolerate, or only for a while. It is a plain
 * delete: budgets are not asked. Source: pkg/controller/tainteviction/taint_eviction.go.
 */
export const taintEvictionRoom: Room = {
  name: "taint-eviction",
  on: {
    "node.tainted": (sim, { node, taint }, number) => {
      if (taint.effect === "NoExecute") soon(sim, "node", node, number);
    },
    "node.untainted": (sim, { node, taint }, number) => {
      if (taint.effect === "NoExecute") soon(sim, "node", node, number);
    },
    "pod.scheduled": (sim, { pod, node }, number) => {
      if (sim.state.node(node)?.taints.some(({ effect }) => effect === "NoExecute"))
        soon(sim, "pod", pod, number);
    },
    "pod.gone": (sim) => {
      if (sim.state.lastRemoved) countdowns(sim).delete(sim.state.lastRemoved.uid);
    },
  },
  tasks: {
    "taint-eviction.node": (sim, task) => {
      const node = sim.state.node(task.subject);
      if (node) for (const pod of sim.state.podsOnNode(node.name)) consider(sim, node, pod, task.cause);
    },
    "taint-eviction.pod": (sim, task) => {
      const pod = sim.state.pod(task.subject);
      const node = pod && sim.state.node(pod.nodeName);
      if (pod && node) consider(sim, node, pod, task.cause);
    },
    "taint-eviction.due": due,
  },
};

interface Countdown {
  readonly due: number;
}

/** Pods whose time on their node is running out, and which countdown is the valid one. */
const countdowns = perSim(() => new Map<string, Countdown>());

function soon(sim: Sim, kind: string, subject: string, cause: number): void {
  sim.after(controllerLagMillis, `taint-eviction.${kind}`, subject, cause, { priority: priority.controller });
}

/** How long the pod may stay, in milliseconds: 0 not at all, Infinity for ever. */
function stayMillis(pod: Pod, taints: readonly Taint[]): number {
  let stay = Infinity;
  for (const taint of taints) {
    const toleration = pod.spec.tolerations.find((each) => toleratesTaint(each, taint));
    if (!toleration) return 0;
    if (toleration.tolerationSeconds !== undefined)
      stay = Math.min(stay, Math.max(0, toleration.tolerationSeconds) * 1_000);
  }
  return stay;
}

function consider(sim: Sim, node: Node, pod: Pod, cause: number): void {
  const taints = node.taints.filter(({ effect }) => effect === "NoExecute");
  const map = countdowns(sim);
  if (taints.length === 0) {
    map.delete(pod.uid);
    return;
  }
  const stay = stayMillis(pod, taints);
  if (stay === 0) return evict(sim, pod, cause);
  // A countdown that runs is kept, also where the taints that are there now would give more or less time.
  if (stay === Infinity || map.has(pod.uid)) return;
  const entry: Countdown = { due: sim.now + stay };
  map.set(pod.uid, entry);
  sim.after(stay, "taint-eviction.due", pod.uid, cause, { priority: priority.controller, data: entry });
}

function due(sim: Sim, task: Task): void {
  const map = countdowns(sim);
  if (map.get(task.subject) !== task.data) return;
  map.delete(task.subject);
  const pod = sim.state.pod(task.subject);
  if (pod) evict(sim, pod, task.cause);
}

function evict(sim: Sim, pod: Pod, cause: number): void {
  deletePod(sim, pod, { by: "taint", disruption: "DeletionByTaintManager" }, cause);
}
