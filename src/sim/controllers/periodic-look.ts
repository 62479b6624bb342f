import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/** When something looks next, and whether anything has happened since it last did. */
interface Clock {
  next: number;
  isStirred: boolean;
  /** Whether it looks again only once it is stirred. */
  atRest: boolean;
  /** The last event that did. */
  cause: number;
}

/** Who looks at the state every so often, whatever happens. */
export interface PeriodicLook {
  /** Starts the looks of `key`, the first one after `delay` milliseconds. */
  begin(sim: Sim, key: string, delay: number, cause: number): void;
  /** Something changed of what it looks at: the rehearsal is not over before its next look. */
  stir(sim: Sim, key: string, cause: number): void;
  keys(sim: Sim): readonly string[];
  readonly tasks: NonNullable<Room["tasks"]>;
}

/**
 * `look` does what is to be done, and says when it looks again and whether it has to: one that came to rest is not asked
 * again until it is stirred, and does not keep the rehearsal going. Undefined ends its looks. It is told whether it was
 * stirred since its last look, or only looks again as it said it would.
 */
export function periodicLook(
  kind: string,
  look: (
    sim: Sim,
    key: string,
    cause: number,
    isStirred: boolean,
  ) => { readonly afterMillis: number; readonly atRest: boolean } | undefined,
): PeriodicLook {
  const clocks = perSim(() => new Map<string, Clock>());
  const wait = (sim: Sim, key: string, delay: number, cause: number, atRest: boolean) =>
    sim.after(delay, kind, key, cause, {
      priority: priority.controller,
      weight: atRest ? "tick" : "busy",
      data: delay,
    });
  return {
    begin(sim, key, delay, cause) {
      clocks(sim).set(key, { next: sim.now + delay, isStirred: true, atRest: false, cause });
      wait(sim, key, delay, cause, false);
    },
    stir(sim, key, cause) {
      const clock = clocks(sim).get(key);
      if (!clock) return;
      clock.cause = cause;
      if (clock.isStirred) return;
      clock.isStirred = true;
      if (!clock.atRest) return;
      // Due after the look: until then the rehearsal has something to wait for.
      sim.after(clock.next - sim.now + 1, `${kind}.awaited`, key, cause);
    },
    keys: (sim) => [...clocks(sim).keys()],
    tasks: {
      [kind]: (sim, { subject: key, data }) => {
        const clock = clocks(sim).get(key);
        if (!clock) return;
        const { isStirred } = clock;
        let delay = data as number;
        if (isStirred || !clock.atRest) {
          clock.isStirred = false;
          clock.atRest = false;
          const outcome = look(sim, key, clock.cause, isStirred);
          if (!outcome) return void clocks(sim).delete(key);
          delay = outcome.afterMillis;
          clock.atRest = outcome.atRest;
        }
        clock.next = sim.now + delay;
        wait(sim, key, delay, clock.cause, clock.atRest);
      },
    },
  };
}
