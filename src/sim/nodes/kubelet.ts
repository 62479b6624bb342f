import { must } from "../../lib/assert.ts";
import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import { finishDeletion } from "../apiserver/deletion.ts";
import type { Task } from "../engine/task-queue.ts";
import { attachmentsOf } from "./attachments.ts";
import { BrokenPods, isOverdue, isStuck, isWaiting } from "./broken-pods.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { acceptPod, finishPod, markReady, markRunning } from "../state/pod-writes.ts";

/**
 * What the kubelets do with their pods: start them, probe them, end them. Nothing happens on a node whose machine
 * is down; when it is back, its kubelet takes up what was left.
 */
export const kubeletRoom: Room = {
  name: "kubelet",
  start: (sim) => {
    attachmentsOf(sim);
    broken.set(sim, new BrokenPods(sim));
    for (const pod of sim.state.pods()) takeUp(sim, pod, 0);
  },
  on: {
    "pod.scheduled": (sim, { pod }, number) => takeUp(sim, sim.state.pod(pod)!, number),
    "pod.terminating": (sim, { pod }, number) => {
      brokenOf(sim).leaves(sim.state.pod(pod)!);
      takeUp(sim, sim.state.pod(pod)!, number);
    },
    "pod.finished": retryMounts,
    "pod.gone": (sim, event, number) => {
      if (sim.state.lastRemoved) brokenOf(sim).leaves(sim.state.lastRemoved);
      endBehind(sim);
      retryMounts(sim, event, number);
    },
    "claim.bound": retryMounts,
    "node.up": (sim, { node }, number) => {
      for (const pod of sim.state.podsOnNode(node)) takeUp(sim, pod, number);
    },
    "node.ready": (sim, { node, status }, number) => {
      if (status === "True") for (const pod of sim.state.podsOnNode(node)) takeUp(sim, pod, number);
    },
  },
  tasks: {
    "kubelet.accept": accept,
    "kubelet.mounted": mounted,
    "kubelet.run": run,
    "kubelet.ready": ready,
    "kubelet.finish": finish,
    "kubelet.stop": stop,
    "kubelet.remove": remove,
  },
};

const broken = new WeakMap<Sim, BrokenPods>();
const brokenOf = (sim: Sim) => must(broken.get(sim), "the kubelets have begun");

function schedule(sim: Sim, kind: string, pod: Pod, at: number | undefined, cause: number): void {
  if (at === undefined) return;
  sim.after(at - sim.now, `kubelet.${kind}`, pod.uid, cause, { priority: priority.machine });
}

/** Looks at a pod and does what comes next with it: safe to call again. */
function takeUp(sim: Sim, pod: Pod, cause: number): void {
  if (!sim.state.isNodeUp(pod.nodeName)) return;
  if (isFinished(pod)) {
    if (pod.deletion) schedule(sim, "remove", pod, sim.now, cause);
    return;
  }
  if (pod.deletion) {
    if (isOverdue(sim, pod)) return;
    const { deletion } = pod;
    const since = sim.virtual(deletion.at - deletion.graceSeconds * 1_000);
    const at = sim.timings.stopped(pod, Math.max(since, firstSeen(sim, pod, since)), deletion.graceSeconds);
    return schedule(sim, "stop", pod, Math.max(sim.now, at), cause);
  }
  if (pod.status.phase === "Pending") {
    if (!isStuck(sim, pod)) schedule(sim, "accept", pod, sim.now, cause);
    return;
  }
  if (isReady(pod)) {
    schedule(sim, "finish", pod, sim.timings.finished(pod, runningSince(sim, pod)), cause);
    return;
  }
  if (!sim.state.wasThereAtStart(pod) || wasReadyAtStart(sim, pod)) {
    schedule(sim, "ready", pod, sim.now, cause);
    return;
  }
  // Others that ran at t = 0 and were not Ready stay so: what cannot be known is not hoped for.
  if (isWaiting(pod) || !(isOfThisRun(sim, pod) || isFirstStart(pod))) return;
  const at = sim.timings.ready(pod, runningSince(sim, pod));
  if (at === undefined || (at <= sim.now && !isOfThisRun(sim, pod))) return;
  schedule(sim, "ready", pod, Math.max(sim.now, at), cause);
}

/** Whether a run under way has brought it about: then it is on its way, however late. */
function isOfThisRun(sim: Sim, pod: Pod): boolean {
  const { runSince } = sim.settings;
  return runSince !== undefined && (pod.createdAt ?? -Infinity) >= runSince;
}

/** Whether all its containers run for the first time, so that nothing but the time has been missing. */
function isFirstStart({ status }: Pod): boolean {
  const { containerStatuses } = status;
  return (
    containerStatuses.length > 0 &&
    containerStatuses.every(({ startedAt, restartCount }) => startedAt !== undefined && restartCount === 0)
  );
}

/** The sub-second moment of the deletion: the API keeps whole seconds only. */
function firstSeen(sim: Sim, pod: Pod, since: number): number {
  const exact = sim.state.terminatingSince.get(pod.uid);
  return exact ?? since;
}

/** Since when all its containers run: the pod's own start is when the kubelet took it on, before it pulled an image. */
function runningSince(sim: Sim, { status }: Pod): number {
  const starts = status.containerStatuses.flatMap(({ startedAt }) => startedAt ?? []);
  const since = starts.length > 0 ? Math.max(...starts) : status.startedAt;
  return since === undefined ? sim.now : sim.virtual(since);
}

function wasReadyAtStart(sim: Sim, pod: Pod): boolean {
  return sim.state.readyAtStart.has(pod.uid);
}

/** The pod, if it is still there, its machine runs, and it is not on its way out. */
function living(sim: Sim, task: Task): Pod | undefined {
  const pod = sim.state.pod(task.subject);
  return pod && !pod.deletion && !isFinished(pod) && sim.state.isNodeUp(pod.nodeName) ? pod : undefined;
}

function accept(sim: Sim, task: Task): void {
  const pod = living(sim, task);
  if (!pod || pod.status.phase !== "Pending") return;
  // It is taken up again when the node turns Ready. Source: pkg/kubelet/kubelet.go, "network is not ready".
  if (!pod.spec.hostNetwork && sim.state.nodesWithoutNetwork.has(pod.nodeName)) return;
  if (!sim.state.wasThereAtStart(pod)) brokenOf(sim).takeOn(pod);
  if (pod.status.startedAt === undefined) acceptPod(sim, pod);
  mount(sim, pod, task.cause);
}

/** Pods that wait for a volume which another node still holds. */
const waitingOf = perSim(() => new Set<string>());

function retryMounts(sim: Sim, _event: unknown, number: number): void {
  const pods = waitingOf(sim);
  if (pods.size === 0) return;
  const blocked = [...pods];
  pods.clear();
  for (const uid of blocked) {
    const pod = sim.state.pod(uid);
    if (pod) schedule(sim, "accept", pod, sim.now, number);
  }
}

/** Containers start once all volumes are there. */
function mount(sim: Sim, pod: Pod, cause: number): void {
  const attachments = attachmentsOf(sim);
  const { at, moved } = attachments.earliest(sim, pod);
  if (at === undefined) {
    waitingOf(sim).add(pod.uid);
    return;
  }
  if (!moved) return schedule(sim, "run", pod, sim.timings.running(pod, sim.now), cause);
  attachments.take(sim, pod);
  const until = sim.timings.volumesMoved(pod, at);
  const options = { priority: priority.machine, data: sim.now };
  sim.after(until - sim.now, "kubelet.mounted", pod.uid, cause, options);
}

function mounted(sim: Sim, task: Task): void {
  const pod = living(sim, task);
  if (!pod || pod.status.phase !== "Pending") return;
  const millis = sim.now - (task.data as number);
  const event = sim.emit({ kind: "volume.attached", pod: pod.uid, millis }, task.cause);
  schedule(sim, "run", pod, sim.timings.running(pod, sim.now), event);
}

function run(sim: Sim, task: Task): void {
  const pod = living(sim, task);
  if (!pod || pod.status.phase !== "Pending") return;
  const event = markRunning(sim, pod, task.cause);
  schedule(sim, "ready", pod, sim.timings.ready(pod, sim.now), event);
  schedule(sim, "finish", pod, sim.timings.finished(pod, sim.now), event);
}

function ready(sim: Sim, task: Task): void {
  const pod = living(sim, task);
  if (pod?.status.phase === "Running" && !brokenOf(sim).isBroken(pod)) markReady(sim, pod, task.cause);
}

function finish(sim: Sim, task: Task): void {
  const pod = living(sim, task);
  if (pod) finishPod(sim, pod, "Succeeded", task.cause);
}

/** Its last process has ended: the pod fails, as a kubelet reports it, and then its object goes. */
function stop(sim: Sim, task: Task): void {
  const pod = sim.state.pod(task.subject);
  if (!pod?.deletion || isFinished(pod) || !sim.state.isNodeUp(pod.nodeName)) return;
  const event = finishPod(sim, pod, "Failed", task.cause);
  schedule(sim, "remove", pod, sim.now + removeMillis, event);
}

/**
 * A pod whose object went while its containers ran (a grace period of 0): the kubelet learns of it and ends them in the
 * time that the pod's spec gives, at least one second. Source: pkg/kubelet/pod_workers.go, calculateEffectiveGracePeriod.
 */
function endBehind(sim: Sim): void {
  const pod = sim.state.lastRemoved;
  if (!pod || pod.status.phase !== "Running" || !sim.state.isNodeUp(pod.nodeName)) return;
  const grace = Math.max(1, pod.spec.terminationGracePeriodSeconds);
  attachmentsOf(sim).linger(sim, pod, sim.timings.stopped(pod, sim.now, grace));
}

/** From the end of the containers until the kubelet has removed the object. */
const removeMillis = 10;

function remove(sim: Sim, task: Task): void {
  const pod = sim.state.pod(task.subject);
  if (pod?.deletion && isFinished(pod) && sim.state.isNodeUp(pod.nodeName))
    finishDeletion(sim, pod, "node", task.cause);
}
