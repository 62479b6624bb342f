import { humanDuration } from "../lib/duration.ts";
import type { EventOf, PodId } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import type { Finding, NodeDrainReport, RemainingPod, Verdict } from "../verdict/verdict.ts";
import { counted } from "../lib/counted.ts";
import { flagDuration } from "./words.ts";

/** Why a plan does not come to its end: what failed, or what is under way when virtual time ends. */
export function stops(verdict: Verdict, trace?: Trace): string {
  const error = verdict.findings.find(({ severity }) => severity === "error");
  const { drains } = verdict;
  const done = drains.filter(({ outcome }) => outcome === "drained").length;
  const progress = drains.length > 1 ? ` ${done} of ${drains.length} nodes are drained by then.` : "";
  const open = isCutOff(verdict) ? drains.find(({ outcome }) => outcome === "unfinished") : undefined;
  if (isCutOff(verdict)) {
    const horizon = trace ? `--horizon ${flagDuration(trace.header.horizon)}` : "the end of virtual time";
    return `not finished within ${horizon}: ${whatIsLeft(open, error, trace)}.${progress}`;
  }
  const at = error?.at === undefined ? "" : `after ${humanDuration(error.at)}: `;
  return `${at}${error ? `${error.subject}: ${error.message}` : "the plan does not finish"}.${progress}`;
}

/** Whether virtual time ended while something was under way that could still have ended. */
export function isCutOff({ drains, findings }: Verdict): boolean {
  return (
    drains.some(({ outcome }) => outcome === "unfinished") ||
    findings.some(({ rule, data }) => rule === "plan-not-finished" && data["isBlocked"] === false)
  );
}

const hour = 3_600_000;

/** A horizon past the last grace period that a drain was cut off in, as a flag takes it; undefined where none is. */
export function longerHorizon(verdict: Verdict, { header, events }: Trace): string | undefined {
  const open = verdict.drains.filter(({ outcome }) => outcome === "unfinished");
  const waiting = new Set(open.flatMap(({ remaining }) => remaining.map(({ pod }) => pod)));
  const dues = events.flatMap((event) =>
    event.kind === "pod.terminating" && waiting.has(event.pod)
      ? [event.time + event.graceSeconds * 1_000]
      : [],
  );
  const latest = Math.max(0, ...dues);
  return latest < header.horizon ? undefined : flagDuration((Math.floor(latest / hour) + 1) * hour);
}

function whatIsLeft(
  drain: NodeDrainReport | undefined,
  error: Finding | undefined,
  trace: Trace | undefined,
): string {
  if (!drain) return `${error?.subject ?? "the plan"} is under way still`;
  const pods = drain.remaining;
  const reasons = pods.map((pod) => ({ pod, grace: trace && graceOf(trace, pod.pod) }));
  const slowest = reasons.reduce<(typeof reasons)[number] | undefined>(
    (most, each) => (most && (most.grace ?? 0) >= (each.grace ?? 0) ? most : each),
    undefined,
  );
  if (!slowest) return `${drain.node} is being drained still`;
  const more = pods.length > 1 ? ` and ${counted(pods.length - 1, "more pod")}` : "";
  return `${drain.node} waits for ${slowest.pod.namespace}/${slowest.pod.name}${more}${whyOf(slowest)}`;
}

function whyOf({ pod, grace }: { readonly pod: RemainingPod; readonly grace: number | undefined }): string {
  if (grace !== undefined) return `, whose grace period is ${flagDuration(grace * 1_000)}`;
  return pod.budget ? `, refused by budget ${pod.budget.key}` : "";
}

/** The grace period that a pod was told to go with, in seconds; undefined while it was not told. */
function graceOf({ events }: Trace, pod: PodId): number | undefined {
  const told = events.findLast(
    (event): event is EventOf<"pod.terminating"> => event.kind === "pod.terminating" && event.pod === pod,
  );
  return told?.graceSeconds;
}
