import type { Deployment, ReplicaSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import type { WorkloadStatus } from "../state/cluster-state.ts";
import { setWorkloadStatus } from "../state/object-writes.ts";
import type { SetView } from "./deployment.ts";
import { fenceposts } from "./fenceposts.ts";

/**
 * A Deployment's status, and whether its rollout gets anywhere: after progressDeadlineSeconds without progress it
 * is declared stuck, which stops nothing. Source: pkg/controller/deployment/progress.go.
 */
export function reportProgress(
  sim: Sim,
  deployment: Deployment,
  sets: readonly SetView[],
  current: SetView | undefined,
  cause: number,
): void {
  const before = sim.state.workloadStatus.get(deployment.uid);
  const sum = (count: (view: SetView) => number) => sets.reduce((total, view) => total + count(view), 0);
  const counts = {
    generation: deployment.generation ?? 0,
    replicas: sum(({ active }) => active),
    updated: current?.active ?? 0,
    ready: sum(({ ready }) => ready),
    available: sum(({ available }) => available),
  };
  const minAvailable = deployment.replicas - fenceposts(deployment).unavailable;
  const availability =
    counts.available >= minAvailable ? "True MinimumReplicasAvailable" : "False MinimumReplicasUnavailable";
  const progress = progressOf(sim, deployment, counts, before, current?.set);
  if (progress.since !== before?.["progressSince"]) {
    // The controller looks again a second after the deadline, "to avoid milliseconds skew".
    const due = progress.since + deployment.progressDeadlineSeconds * 1_000 + 1_000;
    if (!progress.condition.endsWith(settled))
      sim.after(Math.max(0, due - sim.now), "reconcile deployment", deployment.uid, cause);
  }
  const status = { ...counts, progressing: progress.condition, availability, progressSince: progress.since };
  setWorkloadStatus(sim, deployment, { ...status, currentSet: current?.set.uid ?? "" }, cause);
}

const settled = "NewReplicaSetAvailable";

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** When a rollout of the snapshot last got further, in virtual milliseconds; now where that is not given. */
function knownSince(sim: Sim, { progress }: Deployment): number {
  return progress?.since === undefined ? sim.now : Math.min(sim.now, progress.since - sim.cluster.asOf);
}

/** The Progressing condition, and since when there was no progress (virtual milliseconds). */
function progressOf(
  sim: Sim,
  deployment: Deployment,
  counts: Counts,
  before: WorkloadStatus | undefined,
  current: ReplicaSet | undefined,
): { readonly condition: string; readonly since: number } {
  const field = (name: string) => Number(before?.[name] ?? 0);
  const isNew = (deployment.createdAt ?? 0) > sim.cluster.asOf;
  const isFirstLook = before === undefined;
  const known = isNew ? "" : (deployment.progress?.condition ?? `True ${settled}`);
  const condition = isFirstLook ? known : String(before["progressing"]);
  const since = isFirstLook ? knownSince(sim, deployment) : field("progressSince");
  const hasNewSet =
    current !== undefined &&
    (current.createdAt ?? 0) > sim.cluster.asOf &&
    (isFirstLook ? isNew : before["currentSet"] !== current.uid && (current.createdAt ?? 0) >= sim.epoch());
  if (hasNewSet || condition === "") return { condition: "True NewReplicaSetCreated", since: sim.now };
  if (condition.endsWith(settled) && counts.replicas === counts.updated) return { condition, since };
  const { replicas } = deployment;
  if (counts.updated === replicas && counts.replicas === replicas && counts.available === replicas)
    return { condition: `True ${settled}`, since: sim.now };
  const hasProgressed =
    !isFirstLook &&
    (counts.updated > field("updated") ||
      counts.ready > field("ready") ||
      counts.available > field("available") ||
      counts.replicas - counts.updated < field("replicas") - field("updated"));
  if (hasProgressed) return { condition: "True ReplicaSetUpdated", since: sim.now };
  if (condition.endsWith(settled)) return { condition, since };
  const isLate = sim.now > since + deployment.progressDeadlineSeconds * 1_000;
  return { condition: isLate ? "False ProgressDeadlineExceeded" : condition, since };
}
