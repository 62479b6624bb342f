import type { EventKind, EventOf } from "../../trace/event.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";

/**
 * How long a controller needs from a change until it acts on it: its informer and its work queue.
 * Source: the recordings under test/truth: 5 to 20 ms.
 */
export const controllerLagMillis = 10;

export interface Controller {
  readonly name: string;
  /** Which of its objects an event is about, by event kind: their keys. */
  readonly wakesOn: { readonly [K in EventKind]?: (sim: Sim, event: EventOf<K>) => readonly string[] };
  /** Keys to look at when the rehearsal starts. */
  readonly initial?: (sim: Sim) => readonly string[];
  /** Brings one object to its wanted state. Looks at the state, not at the event: safe to run twice. */
  readonly reconcile: (sim: Sim, key: string, cause: number) => void;
}

/** A level-triggered controller as a room: events about one object within its lag become one look at it. */
export function defineController(controller: Controller): Room {
  const pending = perSim(() => new Set<string>());
  const kind = `reconcile ${controller.name}`;
  const wake = (sim: Sim, key: string, cause: number, delay: number) => {
    const keys = pending(sim);
    if (keys.has(key)) return;
    keys.add(key);
    sim.after(delay, kind, key, cause, { priority: priority.controller });
  };
  const on = Object.fromEntries(
    Object.entries(controller.wakesOn).map(([event, keysOf]) => [
      event,
      (sim: Sim, body: never, number: number) => {
        for (const key of (keysOf as (sim: Sim, event: never) => readonly string[])(sim, body))
          wake(sim, key, number, controllerLagMillis);
      },
    ]),
  );
  return {
    name: controller.name,
    on: on,
    start: (sim) => {
      for (const key of controller.initial?.(sim) ?? []) wake(sim, key, 0, 0);
    },
    tasks: {
      [kind]: (sim, task) => {
        pending(sim).delete(task.subject);
        controller.reconcile(sim, task.subject, task.cause);
      },
    },
  };
}
