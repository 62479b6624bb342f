import { type EventNames, eventWords } from "../../report/event-words.ts";
import type { EventOf, Note, TraceEvent } from "../../trace/event.ts";
import type { Trace } from "../../trace/trace.ts";

/** How much an entry weighs. */
export type Tone = "step" | "normal" | "good" | "warning" | "bad" | "quiet";

/** One line of the log: an event, or the same thing said again and again. */
export interface LogEntry {
  /** The events, ascending; several where a refusal repeats. */
  readonly numbers: readonly number[];
  readonly time: number;
  readonly tone: Tone;
}

/** The events of a trace as a person wants to read them: what matters, repetitions counted. */
export class LogBook {
  readonly #trace: Trace;
  readonly #names: EventNames;
  readonly #notable: readonly LogEntry[];
  #all: readonly LogEntry[] | undefined;
  readonly #words = new Map<number, string>();
  #lastQuery = "";
  #lastResult: readonly LogEntry[];

  constructor(trace: Trace, names: EventNames) {
    this.#trace = trace;
    this.#names = names;
    this.#notable = notableEntries(trace, (number) => this.words(number));
    this.#lastResult = this.#notable;
  }

  /** The words of an event. */
  words(number: number): string {
    const known = this.#words.get(number);
    if (known !== undefined) return known;
    const event = this.#trace.events[number];
    const words = event ? eventWords(event, this.#names) : "";
    this.#words.set(number, words);
    return words;
  }

  /** When something happens that is worth a look: the times of the notable entries, each once. */
  moments(): readonly number[] {
    return [...new Set(this.#notable.map(({ time }) => time))];
  }

  /** The entries that contain every word of the filter, over the whole run. */
  entries(showsAll: boolean, filter: string): readonly LogEntry[] {
    const query = `${showsAll} ${filter}`;
    if (query === this.#lastQuery) return this.#lastResult;
    const whole = showsAll ? (this.#all ??= allEntries(this.#trace)) : this.#notable;
    const matches = matcher(filter);
    this.#lastQuery = query;
    this.#lastResult =
      filter === "" ? whole : whole.filter(({ numbers }) => matches(this.words(numbers[0]!)));
    return this.#lastResult;
  }
}

/** Whether a text contains every word of a filter, in whatever case. */
export function matcher(filter: string): (text: string) => boolean {
  const words = filter
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}

/** How many of the entries have begun within the first `count` events. */
export function begunBy(entries: readonly LogEntry[], count: number): number {
  return countBelow(entries.length, (index) => entries[index]!.numbers[0]! < count);
}

/** How many times an entry has happened within the first `count` events. */
export function timesBy({ numbers }: LogEntry, count: number): number {
  return countBelow(numbers.length, (index) => numbers[index]! < count);
}

/** The length of the longest beginning of `0..length` for which `holds`; it holds for a beginning and no more. */
function countBelow(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allEntries(trace: Trace): LogEntry[] {
  return trace.events.map((event, number) => ({
    numbers: [number],
    time: event.time,
    tone: toneOf(event, undefined) ?? "quiet",
  }));
}

function notableEntries(trace: Trace, words: (number: number) => string): LogEntry[] {
  const entries: { numbers: number[]; time: number; tone: Tone }[] = [];
  const folded = new Map<string, { numbers: number[] }>();
  const ready = new Map<string, number>();
  for (const [service, view] of Object.entries(trace.header.initial.services)) ready.set(service, view.ready);
  trace.events.forEach((event, number) => {
    const before = event.kind === "service.changed" ? ready.get(event.service) : undefined;
    if (event.kind === "service.changed") ready.set(event.service, event.ready);
    const tone = toneOf(event, before);
    if (tone === undefined) return;
    const key = isRepeating(event) ? words(number) : undefined;
    const known = key === undefined ? undefined : folded.get(key);
    if (known) {
      known.numbers.push(number);
      return;
    }
    const entry = { numbers: [number], time: event.time, tone };
    if (key !== undefined) folded.set(key, entry);
    entries.push(entry);
  });
  return entries;
}

/** Whether a client or a controller says the same again and again until something else happens. */
function isRepeating(event: TraceEvent): boolean {
  return (
    event.kind === "eviction.refused" ||
    event.kind === "pod.unschedulable" ||
    event.kind === "create.denied" ||
    (event.kind === "client.note" && event.note.kind === "rollout")
  );
}

/** How much an event weighs; undefined for those that only repeat in other words what the log says anyway. */
function toneOf(event: TraceEvent, before: number | undefined): Tone | undefined {
  switch (event.kind) {
    case "run.started":
    case "step.started":
      return "step";
    case "run.ended":
      return event.outcome === "finished" ? "step" : "bad";
    case "step.ended":
      return event.outcome === "done" ? undefined : "bad";
    case "client.note":
      return noteTone(event.note);
    case "nodepool.stuck":
    case "eviction.refused":
    case "pod.unschedulable":
    case "pod.nominated":
    case "create.denied":
      return "warning";
    case "node.down":
    case "node.removed":
    case "node.failed":
      return "warning";
    case "node.ready":
      return event.status === "True" ? "good" : "warning";
    case "pod.ready":
    case "node.up":
    case "node.uncordoned":
    case "node.added":
    case "node.usable":
      return "good";
    case "pod.terminating":
      return event.by === "preemption" || event.by === "taint" ? "warning" : "normal";
    case "pod.scheduled":
    case "node.cordoned":
    case "autoscaler.rescaled":
    case "proportional.rescaled":
    case "nodepool.grown":
    case "nodepool.shrunk":
      return "normal";
    case "pod.gone":
    case "pod.unready":
      return "quiet";
    case "service.changed":
      return serviceTone(event, before);
    case "apiservice.changed":
      return event.available ? "good" : "warning";
    default:
      return undefined;
  }
}

/** A Service is worth a line when it goes down and when it is back. */
function serviceTone(event: EventOf<"service.changed">, before: number | undefined): Tone | undefined {
  if (event.ready === 0) return before === 0 ? undefined : "bad";
  return before === 0 ? "good" : undefined;
}

function noteTone(note: Note): Tone | undefined {
  switch (note.kind) {
    case "drained":
      return "good";
    case "nodeFailed":
    case "nodeNotFound":
    case "objectNotFound":
    case "forced":
      return "bad";
    case "warning":
    case "rollout":
    case "skipped":
      return "quiet";
    case "object":
      return "normal";
    case "line":
      return note.stream === "stderr" ? "warning" : "quiet";
    default:
      return undefined;
  }
}
