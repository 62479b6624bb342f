import { headlineOf } from "../report/headline.ts";
import { groupByLabel, parseGroupBy } from "../report/group-by.ts";
import { jsonReport } from "../report/json.ts";
import { markdownReport } from "../report/markdown.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf, screenOf, summaryOf, type ScreenInput } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import { hasTerminal, printBlocks, writeTrace } from "./output.ts";
import type { OutputOptions, ScreenOptions } from "./options.ts";

/** Shows a rehearsal as the options say, and returns the exit code. */
export async function present(
  input: Omit<ScreenInput, "verbose" | "failOn">,
  options: OutputOptions & ScreenOptions,
): Promise<0 | 1> {
  const { trace, verdict } = input;
  const notGiven = kindsNotGiven(trace.header.cluster);
  const exitCode = input.exitCode ?? exitCodeOf(verdict, options.failOn, notGiven);
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
      if (options.tui && hasTerminal()) await onTimeline(whole, options);
      else printBlocks(screenOf(whole), options);
      break;
  }
  return exitCode;
}

/** Opens the terminal interface; once it is closed, what to type next stays in the scrollback. */
async function onTimeline(input: ScreenInput, options: OutputOptions & ScreenOptions): Promise<void> {
  const { trace, verdict, repairs, subject, title } = input;
  const { openTui } = await import("../tui/open-tui.ts");
  const { color, ascii, fps, incremental, screenReader } = options;
  const headline = headlineOf(verdict, subject, trace);
  const session = { trace, verdict, repairs, headline, ...(title === undefined ? {} : { title }) };
  await openTui(session, { color, ascii, fps, incremental, screenReader });
  printBlocks([...summaryOf(input)], options);
}

function grouping({ trace }: Pick<ScreenInput, "trace">, { groupBy }: OutputOptions) {
  if (groupBy === undefined) return {};
  const label = parseGroupBy(groupBy);
  if (label === undefined)
    throw new InputError(`--group-by ${groupBy}: expected label=KEY, such as label=team`);
  return { groupOf: groupByLabel(trace.header.cluster, label) };
}
