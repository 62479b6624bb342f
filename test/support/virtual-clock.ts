import type { Clock } from "../../src/adapter/clock.ts";

/** A clock that a test winds: time passes only while a promise is waited for, and then at once. */
export class VirtualClock implements Clock {
  #now: number;
  #sequence = 0;
  #timers: { readonly time: number; readonly sequence: number; readonly callback: () => void }[] = [];

  constructor(now = Date.parse("2026-11-21T12:00:00Z")) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (millis: number, callback: () => void): (() => void) => {
    const timer = { time: this.#now + Math.max(0, millis), sequence: this.#sequence++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => void (isSettled = true);
    promise.then(settled, settled);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) return promise;
      await this.step();
    }
  }

  /** Lets time pass until the next moment at which something is due. */
  async step(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const next = this.#timers.sort((a, b) => a.time - b.time || a.sequence - b.sequence).shift();
    if (!next) throw new Error("nothing is left that time could bring about");
    this.#now = next.time;
    next.callback();
  }
}

/** The clock as one process sees it: once it is dead, nothing calls it back. */
export function clockOf(clock: Clock, isAlive: () => boolean): Clock {
  return { now: clock.now, after: (millis, callback) => clock.after(millis, () => isAlive() && callback()) };
}
