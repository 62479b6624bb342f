import { humanDuration } from "../lib/duration.ts";
import type { PodLife } from "./pod-lives.ts";
import type { Outcome } from "./rule.ts";

/** One summand of the time until a pod is Ready again. */
export interface Part {
  readonly name: "stop" | "Pending" | "volume" | "pull" | "start" | "down";
  readonly millis: number;
}

/** Summands below this are part of the one after them. */
const noticeable = 100;

/**
 * What stood between `from` and the pod's being Ready at `to`, in the order in which it happened; the parts add up to
 * the whole, in tenths of a second. `stop`: the pod before it had to be gone first. `volume`: until its volumes were
 * free, detached and attached. `down`: its machine, for a pod that came back where it was.
 */
export function partsOfReturn(outcome: Outcome, life: PodLife, from: number, to: number): readonly Part[] {
  const { createdAt, scheduledAt, attachedAt, runningAt } = life;
  const cuts: [Part["name"], number | undefined][] =
    createdAt === undefined
      ? [
          ["down", runningAt],
          ["start", to],
        ]
      : [
          ["stop", createdAt],
          ["Pending", scheduledAt],
          ["volume", attachedAt],
          ["pull", pulledAt(outcome, life)],
          ["start", to],
        ];
  const parts: Part[] = [];
  let at = from;
  for (const [name, cut] of cuts) {
    if (cut === undefined || cut - at < noticeable) continue;
    const until = name === "start" ? to : Math.min(cut, to);
    parts.push({ name, millis: tenths(until - from) - tenths(at - from) });
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

/** `stop 30 + volume 20 + start 1m04s`; seconds stand without their unit. */
export function sumOf(parts: readonly Part[]): string {
  return parts.map(({ name, millis }) => `${name} ${humanDuration(millis).replace(/ s$/, "")}`).join(" + ");
}

function tenths(millis: number): number {
  return Math.round(millis / 100) * 100;
}
