import { jobFacts } from "../../facts/job.ts";
import { isFinished, podCondition, type Pod } from "../../model/pod.ts";
import type { Job } from "../../model/workload.ts";
import { deletePod } from "../apiserver/deletion.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { createFromTemplate } from "./pod-factory.ts";
import { retryDone, retryLater } from "./retry.ts";
import { releasePod } from "../state/pod-writes.ts";
import { setWorkloadStatus } from "../state/object-writes.ts";

/**
 * Runs a Job's pods to their completions. An evicted pod is a failed one: its replacement waits for the back-off.
 * Source: pkg/controller/job/job_controller.go; facts/job.ts.
 */
export const jobController: Room = {
  name: "job",
  start: (sim) => {
    for (const job of sim.state.tables.Job.values()) look(sim, job.uid, 0, 0);
  },
  on: {
    "pod.terminating": (sim, { pod }, number) => lookAtOwner(sim, sim.state.pod(pod), number),
    "pod.finished": (sim, { pod }, number) => lookAtOwner(sim, sim.state.pod(pod), number),
    "pod.gone": (sim, _event, number) => lookAtOwner(sim, sim.state.lastRemoved, number),
    "object.created": (sim, { object }, number) => {
      const [namespace, kind, name] = object.split("/");
      const job = kind === "Job" ? sim.state.tables.Job.get(`${namespace}/${name}`) : undefined;
      if (job) look(sim, job.uid, 0, number);
    },
  },
  tasks: { "reconcile job": (sim, task) => reconcile(sim, task.subject, task.cause) },
};

/** What the controller has counted so far, and what its back-off goes by. */
interface JobTally {
  succeeded: number;
  failed: number;
  /** Failures since the last success, ignored ones included. */
  failures: number;
  lastFailure: number;
  readonly counted: Set<string>;
  finished: "" | "Complete" | "Failed";
  pendingLook: number | undefined;
}

const tallies = perSim(() => new Map<string, JobTally>());

function tallyOf(sim: Sim, job: Job): JobTally {
  const map = tallies(sim);
  let tally = map.get(job.uid);
  if (!tally) {
    const { succeeded, failed, finished } = job;
    const counted = new Set<string>();
    tally = { succeeded, failed, failures: 0, lastFailure: 0, counted, finished, pendingLook: undefined };
    map.set(job.uid, tally);
  }
  return tally;
}

function lookAtOwner(sim: Sim, pod: Pod | undefined, cause: number): void {
  const owner = pod?.owners.find(({ controller }) => controller);
  if (owner?.kind === "Job") look(sim, owner.uid, jobFacts.batchMillis, cause);
}

/** Puts a look at the job on the queue, unless an earlier one is there already. */
function look(sim: Sim, uid: string, delay: number, cause: number): void {
  const job = sim.state.objectByUid(uid) as Job | undefined;
  if (!job) return;
  const tally = tallyOf(sim, job);
  const at = sim.now + delay;
  if (tally.pendingLook !== undefined && tally.pendingLook <= at && tally.pendingLook >= sim.now) return;
  tally.pendingLook = at;
  sim.after(delay, "reconcile job", uid, cause, { priority: priority.controller });
}

function reconcile(sim: Sim, uid: string, cause: number): void {
  const job = sim.state.objectByUid(uid) as Job | undefined;
  if (!job || job.suspend) return;
  const tally = tallyOf(sim, job);
  if (tally.pendingLook === sim.now) tally.pendingLook = undefined;
  const pods = sim.state.podsOwnedBy(uid);
  count(sim, job, tally, pods);
  if (tally.finished === "") judge(sim, job, tally, pods, cause);
  for (const pod of pods) if (isFinished(pod)) releasePod(sim, pod, jobFacts.trackingFinalizer, cause);
  if (tally.finished === "") replace(sim, job, tally, pods, cause);
  const active = sim.state.podsOwnedBy(uid).filter(isActive).length;
  const terminating = sim.state.podsOwnedBy(uid).filter((pod) => pod.deletion && !isFinished(pod)).length;
  const { succeeded, failed, finished } = tally;
  const conditions = { "": "", Complete: "Complete,SuccessCriteriaMet", Failed: "Failed,FailureTarget" }[
    finished
  ];
  setWorkloadStatus(sim, job, { active, terminating, succeeded, failed, conditions }, cause);
}

function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !pod.deletion;
}

/** A terminating pod counts as failed at once, unless only failed pods are to be replaced. */
function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === "Failed") return true;
  return (
    job.podReplacementPolicy !== "Failed" && pod.deletion !== undefined && pod.status.phase !== "Succeeded"
  );
}

/** Adds the pods that ended since the last look. */
function count(sim: Sim, job: Job, tally: JobTally, pods: readonly Pod[]): void {
  const ended = pods
    .filter((pod) => !tally.counted.has(pod.uid) && (pod.status.phase === "Succeeded" || hasFailed(pod, job)))
    .map((pod) => ({ pod, at: endOf(sim, pod) }))
    .sort((a, b) => a.at - b.at);
  for (const { pod, at } of ended) {
    tally.counted.add(pod.uid);
    // The snapshot's own status has counted what had ended by then.
    if (sim.state.wasThereAtStart(pod) && pod.status.phase !== "Running" && !pod.deletion && at <= 0)
      continue;
    if (pod.status.phase === "Succeeded") {
      tally.succeeded++;
      tally.failures = 0;
      continue;
    }
    tally.failures++;
    tally.lastFailure = at;
    if (!isIgnored(pod, job)) tally.failed++;
  }
}

/** When a pod ended, in virtual time: its last transition, or the moment of its deletion while it still terminates. */
function endOf(sim: Sim, pod: Pod): number {
  if (!isFinished(pod) && pod.deletion)
    return sim.virtual(pod.deletion.at - pod.deletion.graceSeconds * 1_000);
  const since = podCondition(pod, "Ready")?.since;
  return since === undefined ? sim.now : sim.virtual(since);
}

function isIgnored(pod: Pod, job: Job): boolean {
  const rule = job.podFailureRules.find((each) =>
    each.onPodConditions.some(({ type, status }) => podCondition(pod, type)?.status === status),
  );
  return rule?.action === "Ignore";
}

/** Complete once enough have succeeded, Failed once too many have not; either way the others are ended. */
function judge(sim: Sim, job: Job, tally: JobTally, pods: readonly Pod[], cause: number): void {
  const isComplete =
    job.completions === undefined
      ? tally.succeeded > 0 && !pods.some(isActive)
      : tally.succeeded >= job.completions;
  const rule = pods.some((pod) => hasFailed(pod, job) && failsJob(pod, job));
  if (isComplete) tally.finished = "Complete";
  else if (tally.failed > job.backoffLimit || rule) tally.finished = "Failed";
  else return;
  for (const pod of pods) if (isActive(pod)) deletePod(sim, pod, { by: "job" }, cause);
}

function failsJob(pod: Pod, job: Job): boolean {
  const rule = job.podFailureRules.find((each) =>
    each.onPodConditions.some(({ type, status }) => podCondition(pod, type)?.status === status),
  );
  return rule?.action === "FailJob";
}

/** Creates what is missing, once the back-off since the last failure is over. */
function replace(sim: Sim, job: Job, tally: JobTally, pods: readonly Pod[], cause: number): void {
  const active = pods.filter(isActive).length;
  const terminating = pods.filter((pod) => pod.deletion && !isFinished(pod)).length;
  const wanted =
    job.completions === undefined
      ? tally.succeeded > 0
        ? active
        : job.parallelism
      : Math.min(job.completions - tally.succeeded, job.parallelism);
  const unseen = sim.state.unseen.countOf(job.uid);
  const missing = wanted - active - unseen - (job.podReplacementPolicy === "Failed" ? terminating : 0);
  if (missing <= 0) return;
  const backoff =
    tally.failures === 0
      ? 0
      : Math.min(jobFacts.maxBackoffMillis, jobFacts.backoffMillis * 2 ** (tally.failures - 1));
  const until = tally.lastFailure + backoff;
  if (tally.failures > 0 && sim.now < until) return look(sim, job.uid, until - sim.now, cause);
  const finalizers = [jobFacts.trackingFinalizer];
  for (let i = 0; i < missing; i++) {
    const request = { owner: job, template: job.template, finalizers, revision: "" };
    if (!createFromTemplate(sim, request, cause))
      return retryLater(sim, "reconcile job", job.uid, cause, jobFacts.creationRetry);
  }
  retryDone(sim, "reconcile job", job.uid);
}
