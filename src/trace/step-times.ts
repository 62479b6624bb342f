import type { EventBody, StepOutcome } from "./event.ts";

/** When a step began and ended, in a rehearsal or really. Milliseconds since the plan began. */
export interface StepTime {
  readonly step: string;
  readonly what: string;
  /** The node whose turn it is in a rollout; empty outside. */
  readonly node: string;
  readonly from: number;
  /** Undefined where it is not over: in a rehearsal, where it never ends. */
  readonly to?: number;
  readonly outcome?: StepOutcome;
  /** Why, in words; empty for `done`. */
  readonly reason?: string;
}

/** A step that was begun before, and is not over. */
export type OpenStepName = Pick<StepTime, "step" | "what" | "node">;

export type StepEvent = Extract<EventBody, { readonly kind: "step.started" | "step.ended" }>;

/**
 * The times with one more event in them. What is done for each batch again is one step, from its first beginning to its
 * last end.
 */
export function withStepEvent(times: Map<string, StepTime>, event: StepEvent, time: number): void {
  const known = times.get(event.step);
  if (event.kind === "step.started") {
    const { step, what, node } = event;
    times.set(step, { step, what, node, from: known?.from ?? time });
    return;
  }
  const { step, outcome, reason } = event;
  const begun = known ?? { step, what: step, node: "", from: time };
  times.set(step, { ...begun, to: time, outcome, reason });
}

/**
 * The steps of a rehearsal in the order in which they begin. Of the rest of a plan, `elapsed` is how long it had been
 * under way when that was rehearsed, and `open` are the steps that were: these begin there.
 */
export function stepTimes(
  events: readonly ({ readonly time: number } & EventBody)[],
  elapsed = 0,
  open: readonly OpenStepName[] = [],
): StepTime[] {
  const times = new Map<string, StepTime>();
  for (const { step, what, node } of open) times.set(step, { step, what, node, from: elapsed });
  for (const event of events)
    if (event.kind === "step.started" || event.kind === "step.ended")
      withStepEvent(times, event, event.time + elapsed);
  return [...times.values()];
}

/** When all of these steps are over; undefined where there is none, or one never ends. */
export function endOfSteps(steps: readonly StepTime[]): number | undefined {
  let end: number | undefined;
  for (const { to } of steps) {
    if (to === undefined) return undefined;
    end = Math.max(end ?? 0, to);
  }
  return end;
}
