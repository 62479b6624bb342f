import { apiRequests } from "../../facts/api-requests.ts";
import { humanDuration } from "../../lib/duration.ts";
import { apiOutages, leaderless, quorumLosses } from "../../trace/control-plane.ts";
import { type Stretch, totalMillis } from "../../trace/timelines.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import type { StepReport } from "../step-reports.ts";

/**
 * No API server answers for a while, as the only one restarts or etcd with a single member does: pods go on running,
 * and nothing reacts. Where several members lose their majority, rule etcd-quorum-lost says it.
 */
export const controlPlaneAway = defineOutcomeRule({
  id: "control-plane-away",
  severity: "warning",
  title: "No API server answers for a while",
  check: (outcome) => {
    const lost = quorumLosses(outcome.trace).filter(({ what }) => what.members > 1);
    const outages = apiOutages(outcome.trace).filter(
      ({ from, what }) => what === "no-server" || !lost.some((each) => each.from === from),
    );
    return outages.length === 0 ? [] : [finding(outcome, outages)];
  },
});

function finding(outcome: Outcome, outages: readonly Stretch[]): FindingDraft {
  const { trace, analysis } = outcome;
  const millis = totalMillis(outages);
  const isOver = outages.every(({ ended }) => ended !== undefined);
  const others = stepsDuring(outcome, outages);
  const [failures, waits] = [others.filter(isFailed).map(stepText), others.filter(isWaiting).map(stepText)];
  const idle = leaderless(trace);
  return {
    subject: "kube-apiserver",
    ...(isOver ? {} : { severity: "error" as const }),
    at: outages[0]!.from,
    events: outages.map(({ began }) => began),
    weight: 380,
    message: isOver
      ? `nothing answers for ${humanDuration(millis)}${outages.length > 1 ? ` = ${counted(outages.length, "time")}` : ""}: pods go on running, nothing reacts`
      : `nothing answers from ${humanDuration(outages.at(-1)!.from)} to the end: pods go on running, nothing reacts`,
    details: [
      "Meanwhile no pod is replaced, no endpoint changes, no autoscaler acts, and every kubectl fails.",
      ...idle.map(
        ({ what, from, to }) =>
          `${what} has no leader for ${humanDuration(to - from)} from ${humanDuration(from)}.`,
      ),
      ...(failures.length > 0
        ? [`${listed(failures)} ${verb(failures.length, "fails", "fail")} then: nobody answers.`]
        : []),
      ...(waits.length > 0
        ? [
            `${listed(waits)} ${verb(waits.length, "is", "are")} under way then, and ${verb(waits.length, "waits", "wait")} or ${verb(waits.length, "is", "are")} tried again.`,
          ]
        : []),
      ...autoscalerLine(outcome),
    ],
    data: {
      seconds: millis / 1_000,
      outages: outages.map(({ from, to }) => ({ fromSeconds: from / 1_000, toSeconds: to / 1_000 })),
      leaderless: idle.map(({ what, from, to }) => ({ component: what, seconds: (to - from) / 1_000 })),
      endsSeconds: analysis.endMillis / 1_000,
    },
  };
}

const takesApiAway = ["upgradeControlPlane", "upgradeManagedControlPlane", "renewCertificates", "reboot"];

/** Steps besides the one that takes the API away that were under way in these stretches. */
function stepsDuring({ analysis }: Outcome, outages: readonly Stretch[]): readonly StepReport[] {
  return analysis.steps.filter(({ step, isGroup, startedAt, endedAt = Infinity }) => {
    if (isGroup || takesApiAway.some((kind) => step?.kind === kind)) return false;
    return outages.some(({ from, to }) => startedAt < to && endedAt >= from);
  });
}

/** Whether a step ended because nobody answered it. */
function isFailed({ outcome, reason }: StepReport): boolean {
  const messages = [apiRequests.refused, apiRequests.readMessage, apiRequests.writeMessage];
  return outcome === "failed" && messages.some((message) => reason.includes(message));
}

/** Whether a step asks the API for something that it gets only when that is back. */
function isWaiting(report: StepReport): boolean {
  return !isFailed(report) && report.step?.kind !== "wait" && report.step?.kind !== "upgradeKubelet";
}

function stepText({ what, node }: StepReport): string {
  return node === "" ? what : `${what}, ${node}`;
}

/** Who else notices: autoscalers, which act on what they read of the API. */
function autoscalerLine({ cluster }: Outcome): readonly string[] {
  const { HorizontalPodAutoscaler: autoscalers } = cluster.objects;
  if (autoscalers.length === 0) return [];
  return [`${counted(autoscalers.length, "HorizontalPodAutoscaler")} cannot scale meanwhile.`];
}
