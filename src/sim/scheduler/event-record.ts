import type { ClusterEvent } from "../plugins/cluster-events.ts";

/** What happened while pods were in flight. Source: pkg/scheduler/backend/queue/active_queue.go, inFlightEvents. */
export class EventRecord {
  #events: ClusterEvent[] = [];
  /** The number of the first event that is kept. */
  #first = 0;

  /** The number that the next event will have. */
  get next(): number {
    return this.#first + this.#events.length;
  }

  add(...events: readonly ClusterEvent[]): void {
    this.#events.push(...events);
  }

  /** The events from this number on. */
  since(first: number): readonly ClusterEvent[] {
    return this.#events.slice(first - this.#first);
  }

  /** Nobody will ask for what was before. */
  forgetBefore(first: number): void {
    if (first <= this.#first) return;
    this.#events = this.#events.slice(first - this.#first);
    this.#first = first;
  }
}
