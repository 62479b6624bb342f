import { checkPlan } from "../plan/check.ts";
import { runbook as runbookOf } from "../report/runbook.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions, InputOptions, RunOptions } from "./options.ts";
import { planIn } from "./plan-file.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";

/** `seatrial runbook PLAN`: the plan as Markdown for people, with the times that the rehearsal predicts. */
export async function runbook(
  path: string,
  command: InputOptions & RunOptions & Pick<FormatOptions, "failOn">,
): Promise<number> {
  const { plan, source } = planIn(path);
  const cluster = await readInput(command, plan.assumptions);
  const problems = checkPlan(plan, cluster, source);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const { trace, verdict } = new Rehearsals(cluster, command).run(plan);
  process.stdout.write(runbookOf(trace, verdict));
  return exitCodeOf(verdict, command.failOn, kindsNotGiven(cluster));
}
