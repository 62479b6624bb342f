import { nodeLifecycleFacts as facts } from "../../facts/node-lifecycle.ts";
import { isNodeReady } from "../../model/node.ts";
import { isFinished, type Pod } from "../../model/pod.ts";
import { wellKnownTaint } from "../../model/taint.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { failCollectedPod, removePod } from "../state/pod-writes.ts";

/**
 * The pod garbage collector: pods of nodes that do not exist any more, and terminating pods of nodes that are out
 * of service, are removed without grace. It looks every 20 s. Source: pkg/controller/podgc/gc_controller.go.
 */
export const podGcRoom: Room = {
  name: "pod-gc",
  on: {
    "node.removed": (sim, { node }, number) => atNextLook(sim, "quarantine", node, number, 0),
    "node.tainted": (sim, { node, taint }, number) => {
      if (taint.key === wellKnownTaint.outOfService) atNextLook(sim, "out-of-service", node, number, 0);
    },
    "pod.terminating": (sim, { pod }, number) => {
      const node = sim.state.node(sim.state.pod(pod)?.nodeName ?? "");
      if (node?.taints.some(({ key }) => key === wellKnownTaint.outOfService))
        atNextLook(sim, "out-of-service", node.name, number, 0);
    },
  },
  tasks: {
    "pod-gc.quarantine": quarantine,
    "pod-gc.orphans": orphans,
    "pod-gc.out-of-service": outOfService,
  },
};

/** The next look at or after `delay` milliseconds from now; when in its period the collector is, is up to chance. */
function atNextLook(sim: Sim, kind: string, node: string, cause: number, delay: number): void {
  const phase = sim.chooser.sample("pod-gc phase", [
    [0, 0],
    [1, facts.podGcMillis],
  ]);
  const earliest = sim.now + delay;
  const at = Math.ceil((earliest - phase) / facts.podGcMillis) * facts.podGcMillis + phase;
  sim.after(at - sim.now, `pod-gc.${kind}`, node, cause, { priority: priority.controller });
}

/** A node is missing for the first time: its pods are left alone for a while, it may come back. */
function quarantine(sim: Sim, task: Task): void {
  if (sim.state.node(task.subject)) return;
  atNextLook(sim, "orphans", task.subject, task.cause, facts.orphanQuarantineMillis);
}

function orphans(sim: Sim, task: Task): void {
  if (sim.state.node(task.subject)) return;
  for (const pod of sim.state.podsOnNode(task.subject)) collect(sim, pod, task.cause);
}

function outOfService(sim: Sim, task: Task): void {
  const node = sim.state.node(task.subject);
  if (!node || isNodeReady(node) || !node.taints.some(({ key }) => key === wellKnownTaint.outOfService))
    return;
  for (const pod of sim.state.podsOnNode(node.name)) if (pod.deletion) collect(sim, pod, task.cause);
}

function collect(sim: Sim, pod: Pod, cause: number): void {
  const event = isFinished(pod) ? cause : failCollectedPod(sim, pod, cause);
  const current = sim.state.pod(pod.uid);
  if (current && current.finalizers.length === 0) removePod(sim, current, "pod-gc", event);
}
