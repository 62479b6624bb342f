import { must } from "../../lib/assert.ts";
import { formatRef, refOf } from "../../model/meta.ts";
import type { Pod, PodCondition } from "../../model/pod.ts";
import { isFinished, isReady } from "../../model/pod.ts";
import type { Remover } from "../../trace/event.ts";
import type { Sim } from "../sim.ts";

/**
 * Every change of a pod: one function a change, each with exactly one event. They return the event's number,
 * or undefined where there was nothing to change.
 */

export function createPod(sim: Sim, pod: Pod, revision: string, cause: number): number {
  sim.state.putPod(pod);
  const { uid, namespace, name } = pod;
  const workload = sim.state.workloadOf(pod);
  return sim.emit({ kind: "pod.created", pod: uid, namespace, name, workload, revision }, cause);
}

export function bindPod(sim: Sim, pod: Pod, node: string, cause: number): number {
  const { nominatedNodeName: _, ...status } = pod.status;
  const conditions = withCondition(pod.status.conditions, condition(sim, "PodScheduled", "True"));
  sim.state.putPod({ ...pod, nodeName: node, status: { ...status, nominatedNodeName: "", conditions } });
  return sim.emit({ kind: "pod.scheduled", pod: pod.uid, node }, cause);
}

/** The PodScheduled condition; the event comes only when its message changes. */
export function markUnschedulable(
  sim: Sim,
  pod: Pod,
  message: string,
  cause: number,
  holds: readonly number[],
): number | undefined {
  const before = pod.status.conditions.find(({ type }) => type === "PodScheduled");
  if (before?.status === "False" && before.message === message) return undefined;
  const next = { ...condition(sim, "PodScheduled", "False"), reason: "Unschedulable", message };
  sim.state.putPod({
    ...pod,
    status: { ...pod.status, conditions: withCondition(pod.status.conditions, next) },
  });
  return sim.emit({ kind: "pod.unschedulable", pod: pod.uid, message }, cause, holds);
}

export function nominatePod(
  sim: Sim,
  pod: Pod,
  node: string,
  victims: readonly string[],
  cause: number,
): number {
  const current = must(sim.state.pod(pod.uid), `pod ${pod.uid}`);
  sim.state.putPod({ ...current, status: { ...current.status, nominatedNodeName: node } });
  return sim.emit({ kind: "pod.nominated", pod: pod.uid, node, victims }, cause);
}

export function markRunning(sim: Sim, pod: Pod, cause: number): number {
  sim.state.putPod({ ...pod, status: { ...pod.status, phase: "Running", hasIP: true } });
  return sim.emit({ kind: "pod.running", pod: pod.uid }, cause);
}

/** The kubelet accepts a pod: its start time is set, in whole seconds as the API keeps them. */
export function acceptPod(sim: Sim, pod: Pod): void {
  const startedAt = Math.floor(sim.epoch() / 1_000) * 1_000;
  sim.state.putPod({ ...pod, status: { ...pod.status, startedAt } });
}

export function markReady(sim: Sim, pod: Pod, cause: number): number | undefined {
  if (isReady(pod)) return undefined;
  const conditions = withCondition(pod.status.conditions, condition(sim, "Ready", "True"));
  sim.state.putPod({ ...pod, status: { ...pod.status, conditions } });
  return sim.emit({ kind: "pod.ready", pod: pod.uid }, cause);
}

export function markUnready(sim: Sim, pod: Pod, reason: string, cause: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const conditions = withCondition(pod.status.conditions, { ...condition(sim, "Ready", "False"), reason });
  sim.state.putPod({ ...pod, status: { ...pod.status, conditions } });
  return sim.emit({ kind: "pod.unready", pod: pod.uid, reason }, cause);
}

/** One of its containers runs another image. */
export function setPodImage(sim: Sim, pod: Pod, container: string, image: string, cause: number): number {
  const containers = pod.spec.containers.map((each) => (each.name === container ? { ...each, image } : each));
  sim.state.putPod({ ...pod, spec: { ...pod.spec, containers } });
  return sim.emit({ kind: "object.patched", object: formatRef(refOf(pod)), what: `image ${image}` }, cause);
}

/** Its machine was rebooted: the containers have to start again, on the same node. */
export function restartPod(sim: Sim, pod: Pod, cause: number): void {
  if (isFinished(pod) || pod.deletion) return;
  markUnready(sim, pod, "NodeRebooted", cause);
  const current = must(sim.state.pod(pod.uid), `pod ${pod.uid}`);
  const { startedAt: _, ...status } = current.status;
  sim.state.putPod({ ...current, status: { ...status, phase: "Pending" } });
}

/** Its containers have ended; it is not Ready any more. */
export function finishPod(sim: Sim, pod: Pod, phase: "Succeeded" | "Failed", cause: number): number {
  const unready = {
    ...condition(sim, "Ready", "False"),
    reason: phase === "Failed" ? "PodFailed" : "PodCompleted",
  };
  const conditions = withCondition(pod.status.conditions, unready);
  sim.state.putPod({ ...pod, status: { ...pod.status, phase, conditions } });
  return sim.emit({ kind: "pod.finished", pod: pod.uid, phase }, cause);
}

/**
 * A pod whose node is gone is called failed by the garbage collector, which leaves its Ready condition as it is: no
 * kubelet writes it any more. Source: pkg/controller/podgc, markFailedAndDeletePod.
 */
export function failCollectedPod(sim: Sim, pod: Pod, cause: number): number {
  sim.state.putPod({ ...pod, status: { ...pod.status, phase: "Failed" } });
  return sim.emit({ kind: "pod.finished", pod: pod.uid, phase: "Failed" }, cause);
}

/** Why a pod is about to go, as the DisruptionTarget condition says it. */
export function markDisruption(sim: Sim, pod: Pod, reason: string): Pod {
  const conditions = withCondition(pod.status.conditions, {
    ...condition(sim, "DisruptionTarget", "True"),
    reason,
  });
  const next = { ...pod, status: { ...pod.status, conditions } };
  sim.state.putPod(next);
  return next;
}

/** Sets the deletion timestamp, or brings it forward; a later one never replaces an earlier one. */
export function terminatePod(
  sim: Sim,
  pod: Pod,
  graceSeconds: number,
  by: Remover,
  cause: number,
): number | undefined {
  if (pod.deletion && graceSeconds >= pod.deletion.graceSeconds) return undefined;
  const at = Math.floor(sim.epoch() / 1_000) * 1_000 + graceSeconds * 1_000;
  sim.state.terminatingSince.set(pod.uid, sim.now);
  sim.state.putPod({ ...pod, deletion: { at, graceSeconds } });
  return sim.emit({ kind: "pod.terminating", pod: pod.uid, graceSeconds, by }, cause);
}

/** Takes a finalizer off; a terminating pod that no other holds is gone then. */
export function releasePod(sim: Sim, pod: Pod, finalizer: string, cause: number): number | undefined {
  const current = sim.state.pod(pod.uid);
  if (!current?.finalizers.includes(finalizer)) return undefined;
  const next = { ...current, finalizers: current.finalizers.filter((each) => each !== finalizer) };
  sim.state.putPod(next);
  if (!next.deletion || next.finalizers.length > 0 || !isFinished(next)) return undefined;
  return removePod(sim, next, "job", cause);
}

/** The object is gone from the API server. Only `apiserver/deletion.ts` asks for it. */
export function removePod(sim: Sim, pod: Pod, by: Remover, cause: number): number {
  sim.state.removePod(pod);
  return sim.emit({ kind: "pod.gone", pod: pod.uid, by }, cause);
}

function condition(sim: Sim, type: string, status: "True" | "False"): PodCondition {
  return { type, status, reason: "", message: "", since: Math.floor(sim.epoch() / 1_000) * 1_000 };
}

function withCondition(conditions: readonly PodCondition[], next: PodCondition): PodCondition[] {
  return [...conditions.filter(({ type }) => type !== next.type), next];
}
