import { assumptionDefaults } from "../../facts/assumption-defaults.ts";
import { controllerOf } from "../../model/meta.ts";
import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import type { Sim } from "../sim.ts";

/** What containers wait for that a kubelet tries again and again. Source: pkg/kubelet/images, pkg/kubelet/container. */
const stuckReasons: ReadonlySet<string> = new Set([
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "CrashLoopBackOff",
]);

/** Whether its containers wait for what a kubelet tries again and again. */
export function isWaiting({ status: { containerStatuses, initContainerStatuses } }: Pod): boolean {
  return [...initContainerStatuses, ...containerStatuses].some(
    ({ state }) => state.kind === "waiting" && stuckReasons.has(state.reason),
  );
}

/** Whether a pod of the snapshot has not got to run for a reason that time alone does not cure. */
export function isStuck(sim: Sim, pod: Pod): boolean {
  if (!sim.state.wasPendingAtStart(pod) || sim.cluster.isGenerated) return false;
  return isWaiting(pod) || isOld(sim, pod);
}

/** Longer on its way than any start takes. */
function isOld(sim: Sim, { status: { startedAt }, createdAt }: Pod): boolean {
  const since = startedAt ?? createdAt;
  return since !== undefined && sim.cluster.asOf - since > assumptionDefaults.longestStartMillis;
}

/** A pod that should have been gone this long ago is held by something that a snapshot does not show. */
const overdueMillis = 60_000;

/** Whether a pod of the snapshot has been told to go, and has not gone when its time was over. */
export function isOverdue(sim: Sim, pod: Pod): boolean {
  if (!pod.deletion || !sim.state.wasThereAtStart(pod) || sim.cluster.isGenerated) return false;
  // A deletion that the rehearsal asked for has its own moment.
  return !sim.state.terminatingSince.has(pod.uid) && sim.cluster.asOf - pod.deletion.at > overdueMillis;
}

/**
 * Pods of the snapshot that do not work. Another node cures none of what they wait for, as far as anybody knows: the
 * pod that replaces one is not Ready either.
 */
export class BrokenPods {
  /** Owners of the broken pods of the snapshot, by the pods' UIDs. */
  readonly #atStart = new Map<string, string>();
  /** How many broken pods of an owner have left and are not replaced yet. */
  readonly #owed = new Map<string, number>();
  readonly #replacements = new Set<string>();

  constructor(sim: Sim) {
    for (const pod of sim.state.pods()) {
      const owner = controllerOf(pod);
      const isBroken = isWaiting(pod) || (!sim.cluster.isGenerated && isOld(sim, pod));
      if (owner && pod.nodeName !== "" && !isFinished(pod) && !isReady(pod) && isBroken)
        this.#atStart.set(pod.uid, owner.uid);
    }
  }

  /** A pod leaves: from now on its owner may replace it. May be told twice, of its end and of its going. */
  leaves({ uid }: Pod): void {
    const owner = this.#atStart.get(uid);
    if (owner === undefined) return;
    this.#atStart.delete(uid);
    this.#owed.set(owner, (this.#owed.get(owner) ?? 0) + 1);
  }

  /** A kubelet takes a pod on that the rehearsal made: it may stand for a broken one. */
  takeOn(pod: Pod): void {
    const owner = controllerOf(pod)?.uid ?? "";
    const owed = this.#owed.get(owner) ?? 0;
    if (owed === 0 || this.#replacements.has(pod.uid)) return;
    this.#owed.set(owner, owed - 1);
    this.#replacements.add(pod.uid);
  }

  isBroken({ uid }: Pod): boolean {
    return this.#replacements.has(uid);
  }
}
