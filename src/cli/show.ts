import { openSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { judge } from "../rules/judge.ts";
import { describeSystemError } from "../read/files.ts";
import { decodeTrace } from "../trace/codec.ts";
import type { Trace } from "../trace/trace.ts";
import { InputError } from "./input-error.ts";
import { isInteractive } from "./output.ts";
import type { OutputOptions, ScreenOptions } from "./options.ts";
import { present } from "./present.ts";

/** `seatrial show FILE`: opens a trace that was written before. */
export async function show(path: string, options: OutputOptions & ScreenOptions): Promise<number> {
  const trace = readTrace(path);
  const verdict = judge(trace);
  const subject = subjectOf(trace);
  return present(
    { trace, verdict, repairs: { fixes: [], failed: [] }, subject, next: [] },
    { ...options, tui: options.tui || (options.output === "text" && isInteractive()) },
  );
}

/** Reads a trace file, gzipped or not. Throws InputError where it is none. */
function readTrace(path: string): Trace {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === "-" ? 0 : openSync(path, "r"));
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`);
  }
  const result = decodeTrace(bytes.toString("utf8").split("\n"));
  if (!result.ok) throw new InputError(`${path}:${result.line}: ${result.message}`);
  return result.trace;
}

/** Whether a trace is of a single drain, as `seatrial drain` makes it, or of a plan. */
function subjectOf({ header: { plan } }: Trace) {
  const [step] = plan.steps;
  const isDrain = plan.steps.length === 1 && step?.kind === "drain";
  return {
    command: isDrain ? ("drain" as const) : ("plan" as const),
    hasTimeout: isDrain && step.options.timeout > 0,
    drainer: plan.drainer,
  };
}
