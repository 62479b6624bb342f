import { humanDuration } from "../lib/duration.ts";
import type { AssumptionUse } from "../trace/trace.ts";
import type { PodLife } from "./pod-lives.ts";

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
export function partsOfReturn(
  life: PodLife,
  from: number,
  to: number,
  assumptions: readonly AssumptionUse[],
): readonly Part[] {
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
          ["pull", pulledAt(life, assumptions)],
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

/** The end of the image pull, where one was assumed for this workload on this very node. */
function pulledAt(life: PodLife, assumptions: readonly AssumptionUse[]): number | undefined {
  const since = life.attachedAt ?? life.scheduledAt;
  const pull = assumptions.find(
    ({ what, subject, detail }) =>
      what === "pull" && subject === life.workload && detail.includes(`not on ${life.node},`),
  );
  if (since === undefined || !pull) return undefined;
  return Math.min(since + pull.millis, life.runningAt ?? Infinity);
}

/** `stop 30 + volume 20 + start 1m04s`; seconds stand without their unit. */
export function sumOf(parts: readonly Part[]): string {
  return parts.map(({ name, millis }) => `${name} ${humanDuration(millis).replace(/ s$/, "")}`).join(" + ");
}

function tenths(millis: number): number {
  return Math.round(millis / 100) * 100;
}
