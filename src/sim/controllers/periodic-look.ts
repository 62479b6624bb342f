import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/** When something looks next, and whether anything has happened since it last did. Milliseconds. */
interface Clock {
  next: number;
  period: number;
  isStirred: boolean;
  /** Whether it looks again only once it is stirred. */
  atRest: boolean;
  /** The last event that stirred it. */
  cause: number;
}

/** How the looks of one begin. */
interface Beginning {
  /** Until the first look. */
  readonly delay: number;
  readonly period: number;
  readonly cause: number;
  readonly atRest?: boolean;
}

/** Who looks at the state every so often, whatever happens. */
export interface PeriodicLook {
  /** Starts the looks of `key`; where they go on already they keep their times. */
  begin(sim: Sim, key: string, beginning: Beginning): void;
  /** Something changed of what it looks at: the rehearsal is not over before its next look. */
  stir(sim: Sim, key: string, cause: number): void;
  keys(sim: Sim): readonly string[];
  readonly tasks: NonNullable<Room["tasks"]>;
}

/** What comes of a look: when the next one is, and whether nothing is left to be done unless something changes. */
export interface LookOutcome {
  readonly afterMillis: number;
  readonly atRest: boolean;
}

/**
 * `look` does what is to be done, and says when it looks again and whether it has to: one that came to rest is not asked
 * again until it is stirred, and does not keep the rehearsal going. Undefined ends its looks. It is told whether it was
 * stirred since its last look, or only looks again as it said it would. `matters`: whether a change could bring anything.
 */
export function periodicLook(
  kind: string,
  look: (sim: Sim, key: string, cause: number, isStirred: boolean) => LookOutcome | undefined,
  matters: (sim: Sim, key: string) => boolean = () => true,
): PeriodicLook {
  const clocks = perSim(() => new Map<string, Clock>());
  const wait = (sim: Sim, key: string, { next, cause, atRest }: Clock) =>
    sim.after(next - sim.now, kind, key, cause, {
      priority: priority.controller,
      weight: atRest ? "tick" : "busy",
    });
  return {
    begin(sim, key, { delay, period, cause, atRest = false }) {
      const clock = { next: sim.now + delay, period, isStirred: !atRest, atRest, cause };
      const isKnown = clocks(sim).has(key);
      clocks(sim).set(key, clock);
      if (!isKnown) wait(sim, key, clock);
    },
    stir(sim, key, cause) {
      const clock = clocks(sim).get(key);
      if (!clock) return;
      clock.cause = cause;
      if (clock.isStirred) return;
      clock.isStirred = true;
      // Due after the look: until then the rehearsal has something to wait for.
      if (clock.atRest && matters(sim, key))
        sim.after(clock.next - sim.now + 1, `${kind}.awaited`, key, cause);
    },
    keys: (sim) => [...clocks(sim).keys()],
    tasks: {
      [kind]: (sim, { subject: key }) => {
        const clock = clocks(sim).get(key);
        if (!clock) return;
        const { isStirred } = clock;
        if (isStirred || !clock.atRest) {
          clock.isStirred = false;
          clock.atRest = false;
          const outcome = look(sim, key, clock.cause, isStirred);
          if (!outcome) return void clocks(sim).delete(key);
          clock.period = outcome.afterMillis;
          // What it has changed itself it looks at once more.
          clock.atRest = outcome.atRest && !clock.isStirred;
        }
        clock.next = sim.now + clock.period;
        wait(sim, key, clock);
      },
    },
  };
}
