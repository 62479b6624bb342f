import { workloadIndex } from "../model/ownership.ts";
import { isMirror } from "../model/pod.ts";
import type { PodId, Remover, TraceEvent } from "./event.ts";
import type { Trace } from "./trace.ts";
import { type PodView, World } from "./world.ts";

/** A step function of time: its value from `from` (milliseconds) on. `event` is what set it; -1 at the start. */
export interface Span {
  readonly from: number;
  readonly value: number;
  readonly event: number;
}

/** A stretch of time, and the events that began and ended it; it lasts to the end of the trace without an `end`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly began: number;
  readonly ended?: number;
}

/** Where a trace ends, in milliseconds. */
export function endOf(trace: Trace): number {
  return trace.events.at(-1)?.time ?? 0;
}

/**
 * Each Service's endpoints that count over time, by `namespace/name`, in the order of the snapshot: Ready as the API
 * says, and on a machine that runs. The API goes on naming the pods of a dead machine Ready until it notices.
 */
export function serviceTimelines(trace: Trace): ReadonlyMap<string, readonly Span[]> {
  const timelines = new Map<string, Span[]>();
  for (const [service, { ready, serving }] of Object.entries(trace.header.initial.services))
    timelines.set(service, [{ from: 0, value: Math.min(ready, serving), event: -1 }]);
  trace.events.forEach((event, number) => {
    if (event.kind !== "service.changed") return;
    append(timelines, event.service, event.time, Math.min(event.ready, event.serving), number);
  });
  return timelines;
}

/**
 * Each workload's pods that serve over time, by `namespace/Kind/name`: Ready, not terminating, on a machine that runs.
 * Only workloads that had pods at the start.
 */
export function workloadTimelines(trace: Trace): ReadonlyMap<string, readonly Span[]> {
  const world = World.initial(trace.header);
  const counts = new Map<string, number>();
  for (const pod of world.pods.values())
    if (pod.workload !== "") counts.set(pod.workload, (counts.get(pod.workload) ?? 0) + serves(world, pod));
  const timelines = new Map<string, Span[]>();
  for (const [workload, value] of counts) timelines.set(workload, [{ from: 0, value, event: -1 }]);
  trace.events.forEach((event, number) => {
    const pods = podsConcerned(world, event);
    const before = pods.map((id) => serves(world, world.pods.get(id)));
    const owners = pods.map((id) => world.pods.get(id)?.workload ?? "");
    world.apply(event);
    pods.forEach((id, index) => {
      const workload = owners[index]!;
      const change = serves(world, world.pods.get(id)) - before[index]!;
      if (change === 0 || !timelines.has(workload)) return;
      const value = counts.get(workload)! + change;
      counts.set(workload, value);
      append(timelines, workload, event.time, value, number);
    });
  });
  return timelines;
}

function append(
  timelines: Map<string, Span[]>,
  key: string,
  from: number,
  value: number,
  event: number,
): void {
  const timeline = timelines.get(key);
  if (!timeline) timelines.set(key, [{ from, value, event }]);
  else if (timeline.at(-1)!.value !== value) timeline.push({ from, value, event });
}

function podsConcerned(world: World, event: TraceEvent): readonly PodId[] {
  if (event.kind === "node.down" || event.kind === "node.up")
    return world.podsOn(event.node).map(({ id }) => id);
  return "pod" in event ? [event.pod] : [];
}

function serves(world: World, pod: PodView | undefined): 0 | 1 {
  if (!pod?.isReady || pod.terminating !== undefined || pod.node === "") return 0;
  return world.nodes.get(pod.node)?.isUp === false ? 0 : 1;
}

/** The stretches in which a timeline's value satisfies `condition`. */
export function stretches(
  timeline: readonly Span[],
  end: number,
  condition: (value: number) => boolean,
): Stretch[] {
  const found: Stretch[] = [];
  let open: Span | undefined;
  for (const span of timeline) {
    if (condition(span.value)) open ??= span;
    else if (open) {
      found.push({ from: open.from, to: span.from, began: open.event, ended: span.event });
      open = undefined;
    }
  }
  if (open) found.push({ from: open.from, to: end, began: open.event });
  return found;
}

export function totalMillis(list: readonly Stretch[]): number {
  return list.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** A pod that was made to go, and the one that came for it, if any. */
export interface Move {
  readonly pod: PodId;
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  readonly from: string;
  /** Who told it to go. */
  readonly by: Remover;
  /** When it was told to go. */
  readonly evictedAt: number;
  readonly goneAt: number | undefined;
  readonly replacement?: Replacement;
}

export interface Replacement {
  readonly pod: PodId;
  readonly name: string;
  /** Empty while it is Pending. */
  readonly node: string;
  readonly createdAt: number;
  readonly scheduledAt: number | undefined;
  readonly readyAt: number | undefined;
  readonly created: number;
}

/** Those that take a pod off its node so that it comes back on another; a rollout or a scale-down means otherwise. */
const movers: ReadonlySet<Remover> = new Set(["eviction", "delete", "preemption", "taint", "pod-gc"]);

/**
 * Pairs each pod that was made to leave its node with the pod that came for it: the one of the same name where a
 * StatefulSet made it, else the next of the same workload, as controllers do not say which pod replaces which.
 */
export function movesOf(trace: Trace): Move[] {
  const { nodeOf, nameOf } = initialPlaces(trace);
  const going = new Map<
    PodId,
    { index: number; event: Extract<TraceEvent, { kind: "pod.terminating" | "pod.gone" }> }
  >();
  const moves: { -readonly [K in keyof Move]: Move[K] }[] = [];
  const waiting = new Map<string, number[]>();
  const replacements = new Map<PodId, { -readonly [K in keyof Replacement]: Replacement[K] }>();
  trace.events.forEach((event, number) => {
    switch (event.kind) {
      case "pod.created": {
        nameOf.set(event.pod, { namespace: event.namespace, name: event.name, workload: event.workload });
        const queue = waiting.get(event.workload) ?? [];
        const sameName = queue.findIndex((each) => moves[each]!.name === event.name);
        const [index] = queue.splice(Math.max(0, sameName), 1);
        if (index === undefined) return;
        const replacement = {
          pod: event.pod,
          name: event.name,
          node: "",
          createdAt: event.time,
          scheduledAt: undefined,
          readyAt: undefined,
          created: number,
        };
        replacements.set(event.pod, replacement);
        moves[index]!.replacement = replacement;
        return;
      }
      case "pod.scheduled": {
        nodeOf.set(event.pod, event.node);
        const replacement = replacements.get(event.pod);
        if (replacement) Object.assign(replacement, { node: event.node, scheduledAt: event.time });
        return;
      }
      case "pod.ready": {
        const replacement = replacements.get(event.pod);
        if (replacement) replacement.readyAt ??= event.time;
        return;
      }
      case "pod.terminating":
      case "pod.gone": {
        const known = going.get(event.pod);
        if (known) {
          if (event.kind === "pod.gone") moves[known.index]!.goneAt = event.time;
          return;
        }
        if (!movers.has(event.by)) return;
        const who = nameOf.get(event.pod);
        if (!who || (event.by === "pod-gc" && isOfItsNode(who.workload))) return;
        const index = moves.length;
        going.set(event.pod, { index, event });
        const goneAt = event.kind === "pod.gone" ? event.time : undefined;
        const from = nodeOf.get(event.pod) ?? "";
        moves.push({ pod: event.pod, ...who, from, by: event.by, evictedAt: event.time, goneAt });
        if (who.workload !== "") waiting.set(who.workload, [...(waiting.get(who.workload) ?? []), index]);
        return;
      }
      default:
        return;
    }
  });
  return moves;
}

/** A DaemonSet's pod and a static pod are part of their node, and go with it. */
function isOfItsNode(workload: string): boolean {
  return /\/(DaemonSet|Node)\//.test(workload);
}

/** How far the drain of a node has come; `none` once it is uncordoned. */
export type DrainPhase = "none" | "draining" | "drained" | "failed";

export interface PhaseChange {
  readonly phase: DrainPhase;
  readonly time: number;
  /** The event that began it. */
  readonly event: number;
}

/**
 * The phases of each node's drain, in order. A drain of several nodes cordons them all and then empties one after
 * another: a node is draining from the first thing that is said about its pods.
 */
export function drainPhases(trace: Trace): ReadonlyMap<string, readonly PhaseChange[]> {
  const changes = new Map<string, PhaseChange[]>();
  const { nodeOf, idOf } = podPlaces(trace);
  const enter = (node: string | undefined, phase: DrainPhase, time: number, event: number): void => {
    if (node === undefined || node === "") return;
    const list = changes.get(node) ?? [];
    if ((list.at(-1)?.phase ?? "none") === phase) return;
    changes.set(node, [...list, { phase, time, event }]);
  };
  trace.events.forEach((event, number) => {
    const { time } = event;
    if (event.kind === "pod.created") idOf.set(`${event.namespace}/${event.name}`, event.pod);
    else if (event.kind === "pod.scheduled") nodeOf.set(event.pod, event.node);
    else if (event.kind === "node.uncordoned") enter(event.node, "none", time, number);
    else if (event.kind === "step.started" && event.what.startsWith("drain"))
      enter(event.node, "draining", time, number);
    else if (event.kind === "client.note") {
      const { note } = event;
      if (note.kind === "evicting" && note.dryRun === "none") {
        const id = idOf.get(`${note.pod.namespace}/${note.pod.name}`);
        enter(id === undefined ? undefined : nodeOf.get(id), "draining", time, number);
      } else if (note.kind === "drained" && note.dryRun === "none") enter(note.node, "drained", time, number);
      else if (note.kind === "nodeFailed") enter(note.node, "failed", time, number);
    }
  });
  return changes;
}

function podPlaces(trace: Trace): { readonly nodeOf: Map<PodId, string>; readonly idOf: Map<string, PodId> } {
  const nodeOf = new Map<PodId, string>();
  const idOf = new Map<string, PodId>();
  for (const { uid, namespace, name, nodeName } of trace.header.cluster.objects.Pod) {
    nodeOf.set(uid, nodeName);
    idOf.set(`${namespace}/${name}`, uid);
  }
  return { nodeOf, idOf };
}

function initialPlaces(trace: Trace): {
  readonly nodeOf: Map<PodId, string>;
  readonly nameOf: Map<PodId, { namespace: string; name: string; workload: string }>;
} {
  const workloadOf = workloadIndex(trace.header.cluster);
  const nodeOf = new Map<PodId, string>();
  const nameOf = new Map<PodId, { namespace: string; name: string; workload: string }>();
  for (const pod of trace.header.cluster.objects.Pod) {
    nodeOf.set(pod.uid, pod.nodeName);
    // Old kubelets name no owner of a static pod.
    const workload = isMirror(pod) ? `${pod.namespace}/Node/${pod.nodeName}` : workloadOf(pod);
    nameOf.set(pod.uid, { namespace: pod.namespace, name: pod.name, workload });
  }
  return { nodeOf, nameOf };
}
