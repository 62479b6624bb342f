import type { TraceEvent } from "./event.ts";
import { type Trace, type TraceHeader, traceFormat } from "./trace.ts";

/** Traces as JSON Lines: the header, then one event a line, in order. */

/** The lines of a trace, each with its line feed. */
export function* encodeTrace({ header, events }: Trace): Generator<string> {
  yield `${JSON.stringify(header)}\n`;
  for (const event of events) yield `${JSON.stringify(event)}\n`;
}

export type DecodeResult =
  | { readonly ok: true; readonly trace: Trace }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** Reads what {@link encodeTrace} wrote. A line that is cut off, or of a newer format, is said with its number. */
export function decodeTrace(lines: Iterable<string>): DecodeResult {
  let header: TraceHeader | undefined;
  const events: TraceEvent[] = [];
  let line = 0;
  for (const text of lines) {
    line++;
    if (text === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { ok: false, line, message: "this line is not JSON: the file is cut off, or it is no trace" };
    }
    if (header) {
      if (!isEvent(value, events.length)) return { ok: false, line, message: "this is no event of a trace" };
      events.push(value);
      continue;
    }
    const problem = headerProblem(value);
    if (problem !== undefined) return { ok: false, line, message: problem };
    header = value as TraceHeader;
  }
  if (!header) return { ok: false, line: 1, message: "the file is empty" };
  if (events.at(-1)?.kind !== "run.ended")
    return { ok: false, line, message: "the end of the trace is missing: the file is cut off" };
  return { ok: true, trace: { header, events } };
}

function headerProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("format" in value))
    return "this is no trace of Seatrial: its first line is no header";
  const { format, cluster, plan } = value as Partial<TraceHeader>;
  if (typeof format !== "number" || format > traceFormat)
    return `this trace has format ${String(format)}, and this Seatrial reads up to ${traceFormat}: use a newer one`;
  if (typeof cluster !== "object" || typeof plan !== "object")
    return "the header has no cluster or no plan: this is no trace of Seatrial";
  return undefined;
}

/** An event has a time and a kind, and was caused by an earlier one. */
function isEvent(value: unknown, number: number): value is TraceEvent {
  if (typeof value !== "object" || value === null) return false;
  const { time, kind, cause } = value as Partial<TraceEvent>;
  return typeof time === "number" && typeof kind === "string" && typeof cause === "number" && cause < number;
}
