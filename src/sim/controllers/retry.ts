import { priority, type Sim } from "../sim.ts";

/**
 * A work queue's rate limiter: a key that failed is looked at again after 5 ms, 10 ms, 20 ms … up to 1,000 s.
 * Source: client-go util/workqueue, DefaultTypedControllerRateLimiter.
 */
const baseMillis = 5;
const maxMillis = 1_000_000;

const failures = new WeakMap<Sim, Map<string, number>>();

/** Puts the task of this kind about this key on the queue again. Such a retry alone keeps no rehearsal going. */
export function retryLater(sim: Sim, kind: string, key: string, cause: number): void {
  let counts = failures.get(sim);
  if (!counts) failures.set(sim, (counts = new Map()));
  const name = `${kind} ${key}`;
  const count = counts.get(name) ?? 0;
  counts.set(name, count + 1);
  const delay = Math.min(maxMillis, baseMillis * 2 ** count);
  sim.after(delay, kind, key, cause, { priority: priority.controller, isTick: true });
}

/** The key succeeded: its next failure starts from the beginning. */
export function retryDone(sim: Sim, kind: string, key: string): void {
  failures.get(sim)?.delete(`${kind} ${key}`);
}
