import { annotate } from "../rules/annotate.ts";
import { judgeAftermath, oneSided } from "../rules/judge-aftermath.ts";
import type { Line } from "../report/layout.ts";
import { exitCodeOf } from "../report/screen.ts";
import { sinceJson } from "../report/since-json.ts";
import { sinceMarkdown } from "../report/since-markdown.ts";
import { sinceScreen } from "../report/since-screen.ts";
import { shellWord } from "../lib/shell-word.ts";
import { inputFlags } from "./input-flags.ts";
import { commandLines } from "./next-lines.ts";
import type { InputOptions, FormatOptions, RunOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { readSnapshot } from "./read-input.ts";
import { waiverOf } from "./rehearsal.ts";

/** `seatrial check --since BEFORE`: is everything again as it was before the maintenance? */
export async function since(
  path: string,
  command: InputOptions & RunOptions & FormatOptions,
): Promise<number> {
  const { asOf: _asOf, context: _context, ...rest } = command;
  const before = await readSnapshot({ ...rest, from: [path], filename: [] });
  const after = await readSnapshot(command);
  const waivers = command.accept.map(waiverOf);
  const findings = judgeAftermath(before, after).map((finding) => annotate(finding, waivers, new Set()));
  const exitCode = exitCodeOf({ findings }, command.failOn);
  const input = {
    before,
    after,
    findings,
    oneSided: oneSided(before, after),
    exitCode,
    next: nextLines(path, command, exitCode),
    verbose: command.verbose,
  };
  if (command.output === "json") process.stdout.write(`${JSON.stringify(sinceJson(input), undefined, 2)}\n`);
  else if (command.output === "markdown") process.stdout.write(sinceMarkdown(input));
  else printBlocks(sinceScreen(input), command);
  return exitCode;
}

/** After what is to be put right: the same look again. */
function nextLines(path: string, command: InputOptions & RunOptions, exitCode: number): Line[] {
  if (exitCode === 0) return [];
  return commandLines(["seatrial check --since", shellWord(path), ...inputFlags(command)], command);
}
