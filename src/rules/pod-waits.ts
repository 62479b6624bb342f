import { goDuration, humanDuration } from "../lib/duration.ts";
import type { NodeDrainReport, RemainingPod } from "../verdict/verdict.ts";
import { arithmeticOf, blockedBudgetOf } from "./blocked-budget.ts";
import { listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { Outcome } from "./rule.ts";

/** Why a drain is not over yet at the end of virtual time, as far as that is known: no claim about what comes after. */
export interface PodWait {
  readonly pod: RemainingPod;
  /** `grace period 2d0h`, `budget data/queue: 2 healthy - 2 needed = 0 allowed` */
  readonly why: string;
  /** When it is over by itself, in milliseconds; undefined where nobody knows. */
  readonly dueMillis?: number;
}

/** What each pod that a drain still waits for is waiting for. */
export function podWaits(outcome: Outcome, { remaining }: NodeDrainReport): PodWait[] {
  return remaining.filter(({ isGivenUp }) => isGivenUp !== true).map((pod) => waitOf(outcome, pod));
}

function waitOf(outcome: Outcome, pod: RemainingPod): PodWait {
  const { analysis, trace, index } = outcome;
  const view = analysis.world.pods.get(pod.pod);
  if (view?.terminating !== undefined) {
    const node = analysis.world.nodes.get(view.node);
    if (node && (node.ready !== "True" || !node.isUp))
      return { pod, why: `${node.name} is ${node.isUp ? `NotReady (Ready ${node.ready})` : "down"}` };
    const finalizers = index.pod(pod.pod)?.finalizers ?? [];
    const told = trace.events.find((event) => event.kind === "pod.terminating" && event.pod === pod.pod);
    if (told?.kind !== "pod.terminating") return { pod, why: "terminating since before the start" };
    const grace = told.graceSeconds * 1_000;
    const why = `grace period ${humanDuration(grace)}, from ${humanDuration(told.time)} on`;
    if (finalizers.length > 0)
      return {
        pod,
        why: `${why}; ${verb(finalizers.length, "finalizer", "finalizers")} ${listed(finalizers)}`,
      };
    return { pod, why, dueMillis: told.time + grace };
  }
  const blocked = blockedBudgetOf(outcome, [pod]);
  if (blocked) return { pod, why: `budget ${blocked.key}: ${arithmeticOf(blocked)}` };
  const event = trace.events[pod.refusal ?? -1];
  if (event?.kind === "eviction.refused") return { pod, why: `refused: ${event.message.replace(/\.$/, "")}` };
  return { pod, why: "not told to go yet" };
}

/** `24h`, `90m`: a duration as a flag takes it. */
export function flagDuration(millis: number): string {
  return goDuration(millis)
    .replace(/(\D)0s$/, "$1")
    .replace(/(\D)0m$/, "$1");
}

const hour = 3_600_000;
const minute = 60_000;

/** A horizon that is past this moment, in whole minutes, or hours where it is that far. */
export function horizonPast(millis: number): string {
  const unit = millis >= hour ? hour : minute;
  return flagDuration((Math.floor(millis / unit) + 1) * unit);
}
