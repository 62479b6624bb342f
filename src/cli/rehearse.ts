import { checkPlan } from "../plan/check.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { InputError } from "./input-error.ts";
import { nextLines } from "./next-lines.ts";
import type { RehearseOptions } from "./options.ts";
import { present } from "./present.ts";
import { planFrom, readText } from "./plan-file.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";
import { isScenario, rehearseScenario } from "./scenario.ts";

/** `seatrial rehearse PLAN.yaml`: a plan on a cluster, or a scenario, which brings its own. */
export async function rehearse(path: string, command: RehearseOptions): Promise<number> {
  const text = readText(path);
  if (isScenario(text)) return rehearseScenario(text, path, command);
  const { plan, source } = planFrom(text, path);
  const cluster = await readInput(command, plan.assumptions);
  const problems = checkPlan(plan, cluster, source);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const rehearsals = new Rehearsals(cluster, command);
  const rehearsed = rehearsals.run(plan);
  const repairs = rehearsals.repairs(plan, rehearsed.verdict);
  return present(
    {
      ...rehearsed,
      repairs,
      subject: { command: "plan", hasTimeout: false, drainer: plan.drainer },
      next: nextLines(
        path,
        rehearsed.verdict,
        { repairs, notGiven: kindsNotGiven(cluster), isScenario: false },
        command,
      ),
    },
    command,
  );
}
