import { perSim } from "../per-sim.ts";
import { priority, type Sim } from "../sim.ts";

/**
 * A work queue's rate limiter: a key that failed is looked at again after 5 ms, 10 ms, 20 ms … up to 1,000 s. A key
 * that waits already keeps the earlier time. Source: client-go util/workqueue, DefaultTypedControllerRateLimiter and
 * delaying_queue.go.
 */
const defaultLimits: RetryLimits = { baseMillis: 5, maxMillis: 1_000_000 };

/** The first wait and the longest one. */
export interface RetryLimits {
  readonly baseMillis: number;
  readonly maxMillis: number;
}

interface Failing {
  count: number;
  /** When it is looked at again. */
  due: number;
}

const failing = perSim(() => new Map<string, Failing>());
/** Until when a look waits for the API server's answer, by key: no other look at that key begins before. */
const waits = perSim(() => new Map<string, number>());

/** Puts the task of this kind about this key on the queue again. Such a retry alone keeps no rehearsal going. */
export function retryLater(
  sim: Sim,
  kind: string,
  key: string,
  cause: number,
  { baseMillis, maxMillis }: RetryLimits = defaultLimits,
): void {
  const entry = failing(sim).get(`${kind} ${key}`) ?? { count: 0, due: sim.now };
  failing(sim).set(`${kind} ${key}`, entry);
  const delay = Math.min(maxMillis, baseMillis * 2 ** entry.count) + waitOf(sim, key);
  entry.count++;
  if (entry.due > sim.now && entry.due <= sim.now + delay) return;
  entry.due = sim.now + delay;
  sim.after(delay, kind, key, cause, { priority: priority.controller, isTick: true });
}

/** The key succeeded: its next failure starts from the beginning. */
export function retryDone(sim: Sim, kind: string, key: string): void {
  failing(sim).delete(`${kind} ${key}`);
}

/** When the last of the keys that failed is looked at again; undefined where none failed. */
export function lastRetry(sim: Sim): number | undefined {
  const entries = [...failing(sim).values()];
  return entries.length === 0 ? undefined : Math.max(...entries.map(({ due }) => due));
}

/** A look at this key waits for the API server's answer, and fails then: its retry comes as much later. */
export function noteWait(sim: Sim, key: string, millis: number): void {
  if (millis > 0) waits(sim).set(key, sim.now + millis);
}

/** How long a look at this key still waits for the API server, in milliseconds; 0 where none does. */
export function waitOf(sim: Sim, key: string): number {
  return Math.max(0, (waits(sim).get(key) ?? 0) - sim.now);
}
