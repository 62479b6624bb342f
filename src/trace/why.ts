import type { TraceEvent } from "./event.ts";
import type { Trace } from "./trace.ts";

/** Events with their numbers. */
export interface Numbered {
  readonly number: number;
  readonly event: TraceEvent;
}

/** The chain of causes of an event, itself first, down to the start of the run. */
export function causesOf(trace: Trace, number: number): Numbered[] {
  const chain: Numbered[] = [];
  for (let at = number; at >= 0;) {
    const event = trace.events[at];
    if (!event) break;
    chain.push({ number: at, event });
    at = event.cause;
  }
  return chain;
}

/** The step of the plan that an event goes back to, or undefined for what would have happened anyway. */
export function stepBehind(trace: Trace, number: number): Numbered | undefined {
  return causesOf(trace, number).find(({ event }) => event.kind === "step.started");
}

/** For a refusal: the events that set the conditions that failed, and what set those, each once, nearest first. */
export function holdsOf(trace: Trace, number: number): Numbered[] {
  const seen = new Set<number>();
  const found: Numbered[] = [];
  const queue = [...(trace.events[number]?.holds ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const event = trace.events[next];
    if (!event || seen.has(next)) continue;
    seen.add(next);
    found.push({ number: next, event });
    queue.push(...(event.holds ?? []));
  }
  return found;
}

/** A cause in a chain, with the rounds of a retry counted once. */
export interface Link extends Numbered {
  /** How often it is in the chain; `number` is the last of them. */
  readonly times: number;
  /** The number of the earliest of them. */
  readonly first: number;
}

/**
 * Why an event happened: itself, what triggered it, and so on to the nearest step of the plan (or to the start of
 * the run). An event that comes again and again in the chain, as in a retry, is one link.
 */
export function chainOf(trace: Trace, number: number): Link[] {
  const links = new Map<string, { number: number; event: TraceEvent; times: number; first: number }>();
  for (const cause of causesOf(trace, number)) {
    const key = sameness(cause.event);
    const known = links.get(key);
    if (known) {
      known.times++;
      known.first = cause.number;
    } else links.set(key, { ...cause, times: 1, first: cause.number });
    if (cause.event.kind === "step.started") break;
  }
  return [...links.values()];
}

/** What makes two events of a chain rounds of the same: their kind and what they are about. */
function sameness(event: TraceEvent): string {
  if (event.kind === "client.note") {
    const { note } = event;
    const about = "pod" in note ? `${note.pod.namespace}/${note.pod.name}` : "node" in note ? note.node : "";
    return `${event.kind} ${note.kind} ${about}`;
  }
  const subject = [
    "pod",
    "node",
    "budget",
    "service",
    "workload",
    "step",
    "object",
    "autoscaler",
    "apiService",
  ]
    .map((field) => (event as unknown as Readonly<Record<string, unknown>>)[field])
    .find((value) => typeof value === "string");
  return `${event.kind} ${typeof subject === "string" ? subject : ""}`;
}

/** The steps around a step (`plan/0` around `plan/0/node-1/2`), innermost first. */
export function stepsAround(trace: Trace, step: string): Numbered[] {
  const found: Numbered[] = [];
  trace.events.forEach((event, number) => {
    if (event.kind === "step.started" && step.startsWith(`${event.step}/`)) found.push({ number, event });
  });
  return found.reverse();
}
