import { readFileSync } from "node:fs";
import { checkPlan } from "../plan/check.ts";
import { parsePlan } from "../plan/parse.ts";
import { describeSystemError } from "../read/files.ts";
import { runbook as runbookOf } from "../report/runbook.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions, InputOptions, RunOptions } from "./options.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";

/** `seatrial runbook PLAN`: the plan as Markdown for people, with the times that the rehearsal predicts. */
export async function runbook(
  path: string,
  command: InputOptions & RunOptions & Pick<FormatOptions, "failOn">,
): Promise<number> {
  let text: string;
  try {
    text = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`);
  }
  const parsed = parsePlan(text, path);
  if (!parsed.ok) throw new InputError(...problemLines(parsed.problems));
  const cluster = await readInput(command, parsed.plan.assumptions);
  const problems = checkPlan(parsed.plan, cluster, parsed.source);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const { trace, verdict } = new Rehearsals(cluster, command).run(parsed.plan);
  process.stdout.write(runbookOf(trace, verdict));
  return exitCodeOf(verdict, command.failOn, kindsNotGiven(cluster));
}
