import { groupByLabel, parseGroupBy } from "../report/group-by.ts";
import { jsonReport } from "../report/json.ts";
import { markdownReport } from "../report/markdown.ts";
import { exitCodeOf, screenOf, type ScreenInput } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import { printBlocks, writeTrace } from "./output.ts";
import type { OutputOptions } from "./options.ts";

/** Shows a rehearsal as the options say, and returns the exit code. */
export function present(input: Omit<ScreenInput, "verbose" | "failOn">, options: OutputOptions): 0 | 1 {
  const { trace, verdict } = input;
  const exitCode = exitCodeOf(verdict, options.failOn);
  if (options.trace !== undefined) writeTrace(options.trace, trace);
  const whole: ScreenInput = { ...input, verbose: options.verbose, failOn: options.failOn };
  switch (options.output) {
    case "json":
      process.stdout.write(`${JSON.stringify(jsonReport({ ...whole, exitCode }), undefined, 2)}\n`);
      break;
    case "markdown":
      process.stdout.write(markdownReport({ ...whole, ...grouping(input, options) }));
      break;
    case "text":
      printBlocks(screenOf(whole), options);
      break;
  }
  return exitCode;
}

function grouping({ trace }: Pick<ScreenInput, "trace">, { groupBy }: OutputOptions) {
  if (groupBy === undefined) return {};
  const label = parseGroupBy(groupBy);
  if (label === undefined)
    throw new InputError(`--group-by ${groupBy}: expected label=KEY, such as label=team`);
  return { groupOf: groupByLabel(trace.header.cluster, label) };
}
