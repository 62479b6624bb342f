import { isFinished, type Pod } from "../../model/pod.ts";
import type { Remover } from "../../trace/event.ts";
import type { Sim } from "../sim.ts";
import { markDisruption, removePod, terminatePod } from "../state/pod-writes.ts";

/**
 * Deleting a pod: with a grace period the kubelet ends it first; without one the object goes at once, unless a
 * finalizer holds it. Source: pkg/registry/core/pod/strategy.go, CheckGracefulDelete; facts/timing.json, deletionSequence.
 */
export interface Deletion {
  readonly by: Remover;
  /** Undefined: the pod's own. */
  readonly graceSeconds?: number;
  /** Reason of the DisruptionTarget condition, where the deletion sets one. */
  readonly disruption?: string;
}

/** Deletes a pod; returns the number of the event that says so, or undefined where it was on its way already. */
export function deletePod(sim: Sim, pod: Pod, deletion: Deletion, cause: number): number | undefined {
  const target = deletion.disruption === undefined ? pod : markDisruption(sim, pod, deletion.disruption);
  const hasNoProcess = target.nodeName === "" || isFinished(target);
  const grace = hasNoProcess ? 0 : (deletion.graceSeconds ?? target.spec.terminationGracePeriodSeconds);
  if (grace > 0 || target.finalizers.length > 0) {
    const event = terminatePod(sim, target, grace, deletion.by, cause);
    if (event === undefined)
      sim.emit({ kind: "pod.deleteRepeated", pod: target.uid, by: deletion.by }, cause);
    return event;
  }
  return removePod(sim, target, deletion.by, cause);
}

/** The kubelet is done with a terminating pod: the object goes, unless a finalizer holds it. */
export function finishDeletion(sim: Sim, pod: Pod, by: Remover, cause: number): number | undefined {
  if (pod.finalizers.length > 0) return undefined;
  return removePod(sim, pod, by, cause);
}
