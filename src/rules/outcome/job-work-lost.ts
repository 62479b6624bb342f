import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { Job, PodFailureRule } from "../../model/workload.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Pods of Jobs that are evicted: their work starts again, and unless the Job says otherwise an eviction counts as a
 * failure. What the rehearsal did with the Job is told: whether it counted, and whether the Job made another pod.
 * Source: pkg/controller/job/job_controller.go; kubernetes.io, Jobs ("Pod failure policy").
 */
export const jobWorkLost = defineOutcomeRule({
  id: "job-work-lost",
  severity: "info",
  title: "A Job's pod is evicted and starts its work again",
  check: (outcome) => {
    const working = departingPods(outcome).filter((pod) => outcome.index.controllerOf(pod)?.kind === "Job");
    return byWorkload(outcome.index, working).map(({ subject, pods }) => finding(outcome, subject, pods));
  },
});

function finding(outcome: Outcome, subject: string, pods: readonly Pod[]): FindingDraft {
  const { cluster, index } = outcome;
  const job = index.controllerOf(pods[0]!) as Job;
  const work = pods.map(({ status }) => cluster.asOf - (status.startedAt ?? cluster.asOf));
  const longest = Math.max(0, ...work);
  const rule = disruptionRule(job);
  const rehearsed = rehearsedJob(outcome, subject, pods);
  const counts = rehearsed ? rehearsed.failed > job.failed : rule?.action !== "Ignore";
  const failed = rehearsed && counts ? rehearsed.failed : job.failed + pods.length;
  const isForbidden = rule?.action === "FailJob";
  const isOver = rehearsed ? rehearsed.isOver : isForbidden || (counts && failed > job.backoffLimit);
  const again =
    rehearsed && rehearsed.replaced === 0 ? "the rehearsal ends without a new one" : "it starts again";
  return {
    subject,
    ...(isOver ? { severity: "warning" as const } : {}),
    weight: isOver ? 215 : 20 + pods.length,
    message: isOver
      ? isForbidden
        ? `${counted(pods.length, "pod")} evicted: its podFailurePolicy fails the Job for that`
        : `${counted(pods.length, "pod")} evicted: ${job.failed} + ${failed - job.failed} = ${counted(failed, "failure")}, more than backoffLimit ${job.backoffLimit}: the Job fails for good`
      : `${counted(pods.length, "pod")} evicted after up to ${humanDuration(longest)} of work: ${again}`,
    details: [
      `${listed(pods.map(keyOf))}.`,
      ...(counts && !isForbidden
        ? [
            `An eviction counts as a failure: ${job.failed} + ${failed - job.failed} = ${failed}, backoffLimit ${job.backoffLimit}.`,
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

interface RehearsedJob {
  /** Failures that it has counted at the end. */
  readonly failed: number;
  /** Whether it has failed for good. */
  readonly isOver: boolean;
  /** How many of the pods another one came for. */
  readonly replaced: number;
}

/** What became of a Job in the rehearsal; undefined where none of its pods went. */
function rehearsedJob(
  { analysis, trace }: Outcome,
  subject: string,
  pods: readonly Pod[],
): RehearsedJob | undefined {
  const ids = new Set(pods.map(({ uid }) => uid));
  const moves = analysis.moves.filter(({ pod }) => ids.has(pod));
  const last = trace.events.findLast(
    (event) => event.kind === "workload.changed" && event.workload === subject,
  );
  if (moves.length === 0 || last?.kind !== "workload.changed") return undefined;
  const { failed = 0, conditions = "" } = last.status;
  return {
    failed: Number(failed),
    isOver: String(conditions).split(",").includes("Failed"),
    replaced: moves.filter(({ replacement }) => replacement).length,
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
