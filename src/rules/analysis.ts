import { groupBy } from "../lib/order.ts";
import type { PodId } from "../trace/event.ts";
import {
  endOf,
  type Move,
  movesOf,
  serviceTimelines,
  type Span,
  stretches,
  totalMillis,
  workloadTimelines,
} from "../trace/timelines.ts";
import type { Trace } from "../trace/trace.ts";
import { World } from "../trace/world.ts";
import type { NodeDrainReport, ServiceAvailability } from "../verdict/verdict.ts";
import { readDrains } from "./drain-reports.ts";
import { type PodLife, readLives } from "./pod-lives.ts";
import { readSteps, type StepReport } from "./step-reports.ts";

/** What was read out of a trace once, for all rules and for the report. */
export interface Analysis {
  readonly endMillis: number;
  readonly outcome: "finished" | "blocked" | "horizon";
  /** The cluster at the end. */
  readonly world: World;
  readonly steps: readonly StepReport[];
  readonly drains: readonly NodeDrainReport[];
  readonly moves: readonly Move[];
  readonly lives: ReadonlyMap<PodId, PodLife>;
  readonly livesByWorkload: ReadonlyMap<string, readonly PodLife[]>;
  readonly services: readonly ServiceAvailability[];
  /** How many pods served over time, by Service and by workload. */
  readonly serviceTimelines: ReadonlyMap<string, readonly Span[]>;
  readonly workloadTimelines: ReadonlyMap<string, readonly Span[]>;
  /** When the last change was: from then on only retries were left. */
  readonly lastChangeMillis: number;
  /** The time of the last step's end; undefined where a step was still under way. */
  readonly clientMillis: number | undefined;
  /** Pods that had a node at the start, or replace one that had, and have none at the end. */
  readonly pending: readonly PendingPod[];
}

export interface PendingPod {
  readonly pod: string;
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  /** The scheduler's message; empty where it has not tried. */
  readonly message: string;
  /** The event that says so. */
  readonly event: number;
}

/** Reads a trace from its first event to its last. */
export function analyse(trace: Trace): Analysis {
  const world = World.initial(trace.header);
  for (const event of trace.events) world.apply(event);
  const end = trace.events.at(-1);
  const outcome = end?.kind === "run.ended" ? end.outcome : "horizon";
  const lives = readLives(trace);
  const steps = readSteps(trace);
  const timelines = serviceTimelines(trace);
  return {
    endMillis: endOf(trace),
    outcome,
    world,
    steps,
    drains: readDrains(trace, steps, lives, world),
    moves: movesOf(trace),
    lives,
    livesByWorkload: groupBy(lives.values(), ({ workload }) => workload),
    services: availability(timelines, endOf(trace)),
    serviceTimelines: timelines,
    workloadTimelines: workloadTimelines(trace),
    lastChangeMillis: trace.events[end?.cause ?? -1]?.time ?? 0,
    clientMillis: clientEnd(trace),
    pending: pendingAtEnd(trace, world),
  };
}

/** Outages are those that began after the start: what was down before is not the plan's. */
function availability(timelines: ReadonlyMap<string, readonly Span[]>, end: number): ServiceAvailability[] {
  return [...timelines].map(([service, timeline]) => {
    const before = timeline[0]!.value;
    const wasDown = before === 0;
    const outages = wasDown ? [] : stretches(timeline, end, (value) => value === 0);
    const degraded = wasDown ? [] : stretches(timeline, end, (value) => value < before);
    const min = timeline.reduce((least, { value }) => Math.min(least, value), before);
    return {
      service,
      before,
      min,
      outages,
      outageMillis: totalMillis(outages),
      degradedMillis: totalMillis(degraded),
      wasDown,
    };
  });
}

/** When the last step of the plan ended. */
function clientEnd(trace: Trace): number | undefined {
  let open = 0;
  let last: number | undefined;
  for (const event of trace.events) {
    if (event.kind === "step.started") open++;
    if (event.kind !== "step.ended") continue;
    open--;
    last = event.time;
  }
  return open > 0 ? undefined : last;
}

function pendingAtEnd(trace: Trace, world: World): PendingPod[] {
  const last = new Map<string, number>();
  trace.events.forEach((event, number) => {
    if (event.kind === "pod.unschedulable" || event.kind === "pod.created") last.set(event.pod, number);
  });
  const initiallyPending = new Set(
    trace.header.cluster.objects.Pod.filter(({ nodeName }) => nodeName === "").map(({ uid }) => uid),
  );
  return [...world.pods.values()]
    .filter((pod) => pod.node === "" && pod.terminating === undefined && !initiallyPending.has(pod.id))
    .map((pod) => ({
      pod: pod.id,
      namespace: pod.namespace,
      name: pod.name,
      workload: pod.workload,
      message: pod.unschedulable,
      event: last.get(pod.id) ?? 0,
    }));
}
