import { type SchedulerBehaviour, schedulerConstants } from "../../facts/scheduler.ts";
import type { Pod } from "../../model/pod.ts";

/** A pod that waits to be scheduled, with its history. Source: pkg/scheduler/framework/types.go, QueuedPodInfo. */
export interface QueuedPod {
  readonly uid: string;
  readonly pod: Pod;
  /** How often the scheduler has tried. */
  readonly attempts: number;
  /** When it came into the queue, or came back (virtual ms). */
  readonly timestamp: number;
  /** The plugins that rejected it last; empty after an error, and before the first attempt. */
  readonly rejectors: ReadonlySet<string>;
  /** The plugin that keeps it out of the queue, or empty. */
  readonly gatedBy: string;
  readonly place: QueuePlace;
}

export type QueuePlace = "active" | "backoff" | "error-backoff" | "unschedulable" | "in-flight" | "gone";

/** The queue's own view of it. */
export interface Entry extends QueuedPod {
  pod: Pod;
  attempts: number;
  unschedulableCount: number;
  consecutiveErrors: number;
  timestamp: number;
  rejectors: ReadonlySet<string>;
  gatedBy: string;
  place: QueuePlace;
  /** Grows with every move: what stands in a heap under an older one is void. */
  moves: number;
  /** In which order pods of one moment came. */
  sequence: number;
  /** In flight: the scheduling cycle, and the first event that happened since it began. */
  cycle: number;
  firstEvent: number;
}

export interface BackoffOptions {
  readonly behaviour: SchedulerBehaviour;
  readonly initialMillis: number;
  readonly maxMillis: number;
  /** Wall-clock time at virtual time 0: back-offs end at whole seconds of the wall clock. */
  readonly epochMillis: number;
}

const window = schedulerConstants.backoffWindowMillis;

/**
 * How long pods wait before they are tried again: 1 s, 2 s, 4 s, 8 s, and then 10 s each time.
 * Source: pkg/scheduler/backend/queue/backoff_queue.go.
 */
export class Backoff {
  readonly #options: BackoffOptions;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** When the pod's back-off ends; -Infinity if it has none. */
  expiryOf({ attempts, unschedulableCount, consecutiveErrors, timestamp }: Entry): number {
    const { behaviour, initialMillis, maxMillis } = this.#options;
    const rejections = consecutiveErrors > 0 ? consecutiveErrors : unschedulableCount;
    const count = behaviour.backoffCounts === "attempts" ? attempts : rejections;
    if (count === 0 || maxMillis === 0) return -Infinity;
    // From some count on it is the most that it can be: 2 ** 40 ms are 35 years.
    const duration = Math.min(initialMillis * 2 ** Math.min(count - 1, 40), maxMillis);
    return this.#aligned(timestamp + duration);
  }

  isOver(expiry: number, now: number): boolean {
    return this.#options.behaviour.popFromBackoff ? expiry < this.#aligned(now) : expiry <= now;
  }

  /** The first look at the back-offs (one each second) that finds this one over. */
  flushAt(expiry: number): number {
    const { behaviour, epochMillis } = this.#options;
    const first = Math.ceil((expiry + epochMillis) / window) * window - epochMillis;
    return behaviour.popFromBackoff && first <= expiry ? first + window : first;
  }

  /** The last look at or before this moment. */
  lastFlush(now: number): number {
    const { epochMillis } = this.#options;
    return Math.floor((now + epochMillis) / window) * window - epochMillis;
  }

  #aligned(time: number): number {
    return this.#options.behaviour.popFromBackoff ? this.lastFlush(time) : time;
  }
}

/** What stands in a heap; void once the entry has moved. What it is ordered by is its own, and stays. */
export interface HeapItem {
  readonly entry: Entry;
  readonly moves: number;
  readonly expiry: number;
  readonly priority: number;
  readonly timestamp: number;
  readonly sequence: number;
}

export function heapItem(entry: Entry, expiry: number): HeapItem {
  const { moves, timestamp, sequence } = entry;
  return { entry, moves, expiry, priority: entry.pod.priority, timestamp, sequence };
}

/** The order in which pods are tried: priority, then how long they have waited. Source: queuesort/priority_sort.go. */
export function comesFirst(a: HeapItem, b: HeapItem): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
  return a.sequence < b.sequence;
}
