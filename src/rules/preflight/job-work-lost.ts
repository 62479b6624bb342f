import { jobFacts } from "../../facts/job.ts";
import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { Job, PodFailureRule } from "../../model/workload.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed, shellWord, verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods of Jobs that are evicted: their work starts again, and unless the Job says otherwise an eviction counts as a
 * failure. Source: pkg/controller/job/job_controller.go; kubernetes.io, Jobs ("Pod failure policy").
 */
export const jobWorkLost = definePreflightRule({
  id: "job-work-lost",
  severity: "info",
  title: "A Job's pod is evicted and starts its work again",
  check: (preflight) => {
    // Jobs come and go: which of them runs when some node is drained one day, nobody knows.
    if (preflight.scope === "cluster") return [];
    const working = departingPods(preflight).filter(
      (pod) => preflight.index.controllerOf(pod)?.kind === "Job",
    );
    return byWorkload(preflight.index, working).map(({ subject, pods }) => finding(preflight, subject, pods));
  },
});

function finding({ cluster, index }: Preflight, subject: string, pods: readonly Pod[]): FindingDraft {
  const job = index.controllerOf(pods[0]!) as Job;
  const work = pods.map(({ status }) => cluster.asOf - (status.startedAt ?? cluster.asOf));
  const longest = Math.max(0, ...work);
  const rule = disruptionRule(job);
  // Before Jobs tracked their pods by a finalizer, a deleted pod was not counted at all.
  const isTracked = pods.some(({ finalizers }) => finalizers.includes(jobFacts.trackingFinalizer));
  const counts = isTracked && rule?.action !== "Ignore";
  const failed = job.failed + pods.length;
  const isForbidden = rule?.action === "FailJob";
  const isOver = isForbidden || (counts && failed > job.backoffLimit);
  return {
    subject,
    ...(isOver ? { severity: "warning" as const } : {}),
    weight: isOver ? 215 : 20 + pods.length,
    message: isOver
      ? isForbidden
        ? `${counted(pods.length, "pod")} evicted: its podFailurePolicy fails the Job for that`
        : `${counted(pods.length, "pod")} evicted: ${job.failed} + ${pods.length} = ${counted(failed, "failure")}, more than backoffLimit ${job.backoffLimit}: the Job fails for good`
      : `${counted(pods.length, "pod")} evicted after up to ${humanDuration(longest)} of work: it starts again`,
    details: [
      `${listed(pods.map(keyOf))}.`,
      ...(counts && !isForbidden
        ? [
            `An eviction counts as a failure: ${job.failed} + ${pods.length} = ${failed}, backoffLimit ${job.backoffLimit}.`,
          ]
        : []),
      ...(rule?.action === "Ignore" ? ["Its podFailurePolicy does not count an eviction as a failure."] : []),
      ...(exitCodesFirst(job)
        ? [
            "A rule of its podFailurePolicy about exit codes comes first: which code it ends with is not known.",
          ]
        : []),
      `Whether ${verb(pods.length, "it goes", "they go")} on from a checkpoint, the cluster does not know.`,
    ],
    suggestions: [waitFor(job)],
    data: {
      job: subject,
      pods: pods.map(keyOf),
      longestSeconds: longest / 1_000,
      failed: job.failed,
      backoffLimit: job.backoffLimit,
      countsAsFailure: counts,
      fails: isOver,
    },
  };
}

/** The rule of its podFailurePolicy for pods that were told to go. */
function disruptionRule({ podFailureRules }: Job): PodFailureRule | undefined {
  return podFailureRules.find(isAboutDisruption);
}

function isAboutDisruption({ onPodConditions }: PodFailureRule): boolean {
  return onPodConditions.some(({ type, status }) => type === disruptionTarget && status === "True");
}

/** The first rule that applies counts: one about exit codes may come before the one about disruptions. */
function exitCodesFirst({ podFailureRules }: Job): boolean {
  const at = podFailureRules.findIndex(isAboutDisruption);
  return podFailureRules.slice(0, at < 0 ? undefined : at).some(({ onExitCodes }) => onExitCodes);
}

/** The condition that an eviction sets. Source: facts/drain.json, evictionSubresource. */
const disruptionTarget = "DisruptionTarget";

/** How long a person may want to wait for it: a guess to be changed. */
const patience = "2h";

function waitFor({ namespace, name }: Job): Suggestion {
  return {
    commands: [
      `kubectl -n ${shellWord(namespace)} wait --for=condition=complete job/${shellWord(name)} --timeout=${patience}`,
    ],
    edit: { kind: "none" },
    cost: "Wait for it after the node is cordoned: nothing new starts there meanwhile.",
    harm: 0,
  };
}
