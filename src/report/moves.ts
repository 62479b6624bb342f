import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import { workloadIndex } from "../model/ownership.ts";
import { isFinished } from "../model/pod.ts";
import { delaysBefore, type PodTimes } from "../trace/before-creation.ts";
import { type Move, movesOf } from "../trace/timelines.ts";
import type { Trace } from "../trace/trace.ts";
import { counted, listed } from "../lib/counted.ts";
import { summand } from "./words.ts";

/** Moves of pods that were at work; those of pods that had finished before are only tidied away. */
export function movesAtWork(trace: Trace): { readonly moves: readonly Move[]; readonly finished: number } {
  const done = new Set(trace.header.cluster.objects.Pod.filter(isFinished).map(({ uid }) => uid));
  const all = movesOf(trace);
  const moves = all.filter(({ pod }) => !done.has(pod));
  return { moves, finished: all.length - moves.length };
}

/** Where the pods go: `7 pods: 3 to node-4, 2 to node-1, 1 to node-8`. Undefined where none moves. */
export function movesSentence(moves: readonly Move[], mostNodes: number): string | undefined {
  if (moves.length === 0) return undefined;
  const byNode = new Map<string, number>();
  let pending = 0;
  const gone: Move[] = [];
  for (const move of moves) {
    const { replacement } = move;
    if (!replacement) gone.push(move);
    else if (replacement.node === "") pending++;
    else byNode.set(replacement.node, (byNode.get(replacement.node) ?? 0) + 1);
  }
  const nodes = [...byNode].sort(([a, x], [b, y]) => y - x || byText(a, b));
  // "1 to 1 other node" would take the room of its name.
  const most = nodes.length === mostNodes + 1 ? nodes.length : mostNodes;
  const shown = nodes.slice(0, most).map(([node, count]) => `${count} to ${node}`);
  const rest = nodes.slice(most);
  if (rest.length > 0)
    shown.push(`${rest.reduce((sum, [, count]) => sum + count, 0)} to ${counted(rest.length, "other node")}`);
  if (pending > 0) shown.push(`${pending} Pending`);
  if (gone.length > 0) shown.push(`${gone.length} not replaced`);
  return `${counted(moves.length, "pod")}: ${shown.join(", ")}`;
}

/** Pods that go and that nothing makes again, by name; undefined where there is none. */
export function notReplaced(moves: readonly Move[], most: number): string | undefined {
  const names = moves
    .filter(({ replacement }) => !replacement)
    .map(({ namespace, name }) => `${namespace}/${name}`);
  return names.length === 0 ? undefined : `not replaced: ${listed(names, most)}`;
}

/** What the pod that is Ready again last spent its time on, as a sum; undefined where no pod moves. */
export function slowestSentence(trace: Trace): string | undefined {
  let slowest: Move | undefined;
  for (const move of movesAtWork(trace).moves) {
    if (move.replacement?.readyAt === undefined) continue;
    if (!slowest || spanOf(move) > spanOf(slowest)) slowest = move;
  }
  if (!slowest || spanOf(slowest) < 1_000) return undefined;
  const { namespace, name } = slowest;
  const parts = partsOfMove(trace, slowest).map(({ what, millis }) => `${what} ${summand(millis)}`);
  const sum = parts.length > 1 ? ` = ${humanDuration(spanOf(slowest))}` : "";
  return `${namespace}/${name}: ${parts.join(" + ")}${sum}`;
}

function spanOf({ evictedAt, replacement }: Move): number {
  return (replacement?.readyAt ?? evictedAt) - evictedAt;
}

export interface Part {
  /** `stop`, `wait for db-0`, `back-off`, `Pending`, `volume`, `pull`, `start` */
  readonly what: string;
  readonly millis: number;
}

/** What a move's time went into, from the eviction to the replacement's being Ready; rounded so that it adds up. */
export function partsOfMove(trace: Trace, { evictedAt, workload, replacement }: Move): Part[] {
  if (replacement?.readyAt === undefined || replacement.scheduledAt === undefined) return [];
  const { createdAt, scheduledAt, readyAt } = replacement;
  const volume = trace.events.find(
    (event) => event.kind === "volume.attached" && event.pod === replacement.pod,
  );
  const volumeMillis = volume?.kind === "volume.attached" ? volume.millis : 0;
  const onNode = readyAt - scheduledAt;
  const assumed = trace.header.assumptions.find(
    ({ what, subject }) => what === "pull" && subject === workload,
  );
  const pull = Math.max(0, Math.min(onNode - volumeMillis, assumed?.millis ?? 0));
  let from = evictedAt;
  const siblings = timesOf(trace, workload);
  const own = siblings.find(({ id }) => id === replacement.pod);
  const before = (own ? delaysBefore(workload, siblings, own, evictedAt) : []).map(
    ({ name, until }): Part => {
      const millis = until - from;
      from = until;
      return { what: name, millis };
    },
  );
  const parts: Part[] = [
    ...before,
    { what: "Pending", millis: scheduledAt - createdAt },
    { what: "volume", millis: volumeMillis },
    { what: "pull", millis: pull },
    { what: "start", millis: onNode - volumeMillis - pull },
  ];
  return roundedToSum(
    parts.filter(({ millis }) => millis >= 100),
    readyAt - evictedAt,
  );
}

/** When the pods of a workload did what. */
function timesOf({ header, events }: Trace, workload: string): PodTimes[] {
  const times = new Map<string, { -readonly [K in keyof PodTimes]: PodTimes[K] }>();
  const none = { createdAt: undefined, readyAt: undefined, finishedAt: undefined, goneAt: undefined };
  const workloadOf = workloadIndex(header.cluster);
  for (const pod of header.cluster.objects.Pod)
    if (workloadOf(pod) === workload) times.set(pod.uid, { id: pod.uid, name: pod.name, ...none });
  for (const event of events) {
    if (event.kind === "pod.created" && event.workload === workload)
      times.set(event.pod, { id: event.pod, name: event.name, ...none, createdAt: event.time });
    const known = "pod" in event && typeof event.pod === "string" ? times.get(event.pod) : undefined;
    if (!known) continue;
    if (event.kind === "pod.ready") known.readyAt = event.time;
    else if (event.kind === "pod.finished") known.finishedAt = event.time;
    else if (event.kind === "pod.gone") known.goneAt = event.time;
  }
  return [...times.values()];
}

/** Tenths of a second, the last part taking up what rounding leaves: the sum is the one that stands beside it. */
function roundedToSum(parts: readonly Part[], total: number): Part[] {
  const tenths = (millis: number) => Math.round(millis / 100) * 100;
  let left = tenths(total);
  return parts.map((part, index) => {
    const millis = index === parts.length - 1 ? left : Math.min(left, tenths(part.millis));
    left -= millis;
    return { ...part, millis };
  });
}
