import { humanDuration } from "../lib/duration.ts";
import { delaysBefore } from "../trace/before-creation.ts";
import type { PodLife } from "./pod-lives.ts";
import type { Outcome } from "./rule.ts";

/** One summand of the time until a pod is Ready again. */
export interface Part {
  readonly kind: "stop" | "wait" | "back-off" | "Pending" | "volume" | "pull" | "start" | "down";
  /** Its kind, or `wait for db-0`. */
  readonly name: string;
  readonly millis: number;
}

/** Summands below this are part of the one after them. */
const noticeable = 100;

/**
 * What stood between `from` and the pod's being Ready at `to`, in the order in which it happened; the parts add up to
 * the whole, in tenths of a second. `stop`: the pod before it had to be gone first. `wait`, `back-off`: what its
 * controller waited for after that. `volume`: until its volumes were free, detached and attached. `down`: its machine,
 * for a pod that came back where it was.
 */
export function partsOfReturn(outcome: Outcome, life: PodLife, from: number, to: number): readonly Part[] {
  const { createdAt, scheduledAt, attachedAt, runningAt } = life;
  const siblings =
    life.workload === "" ? [life] : (outcome.analysis.livesByWorkload.get(life.workload) ?? []);
  const cuts: [Part["kind"], number | undefined, string?][] =
    createdAt === undefined
      ? [
          ["down", runningAt],
          ["start", to],
        ]
      : [
          ...delaysBefore(life.workload, siblings, life, from).map(
            ({ kind, name, until }): [Part["kind"], number, string] => [kind, until, name],
          ),
          ["Pending", scheduledAt],
          ["volume", attachedAt],
          ["pull", pulledAt(outcome, life)],
          ["start", to],
        ];
  const parts: Part[] = [];
  let at = from;
  for (const [kind, cut, name = kind] of cuts) {
    if (cut === undefined || cut - at < noticeable) continue;
    const until = kind === "start" ? to : Math.min(cut, to);
    parts.push({ kind, name, millis: tenths(until - from) - tenths(at - from) });
    at = until;
  }
  return parts;
}

/**
 * The end of the image pull, where one was assumed. An assumption is told once a workload, with the last node that it
 * was made for: a pod on another pulled as well if it took as long to run.
 */
function pulledAt({ analysis, trace }: Outcome, life: PodLife): number | undefined {
  const since = sinceOf(life);
  const pull = trace.header.assumptions.find(
    ({ what, subject }) => what === "pull" && subject === life.workload,
  );
  if (since === undefined || life.runningAt === undefined || !pull) return undefined;
  const named = (analysis.livesByWorkload.get(life.workload) ?? []).filter(
    ({ node, createdAt, runningAt }) =>
      createdAt !== undefined && runningAt !== undefined && pull.detail.includes(`not on ${node},`),
  );
  const slowest = Math.max(0, ...named.map((each) => each.runningAt! - (sinceOf(each) ?? each.runningAt!)));
  if (life.runningAt - since < slowest - pull.millis / 2) return undefined;
  return Math.min(since + pull.millis, life.runningAt);
}

/** When nothing but its images and its own start kept a pod from running. */
function sinceOf({ attachedAt, scheduledAt }: PodLife): number | undefined {
  return attachedAt ?? scheduledAt;
}

/** `{stopSeconds: 30, waitSeconds: 40}`: the parts of one kind together, for programs. */
export function secondsOf(parts: readonly Part[]): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const { kind, millis } of parts) {
    const key = `${kind === "back-off" ? "backOff" : kind.toLowerCase()}Seconds`;
    seconds[key] = (seconds[key] ?? 0) + millis / 1_000;
  }
  return seconds;
}

/** `stop 30 + volume 20 + start 1m04s`; seconds stand without their unit. */
export function sumOf(parts: readonly Part[]): string {
  return parts.map(({ name, millis }) => `${name} ${humanDuration(millis).replace(/ s$/, "")}`).join(" + ");
}

function tenths(millis: number): number {
  return Math.round(millis / 100) * 100;
}
