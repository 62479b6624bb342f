import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { checkPlan } from "../plan/check.ts";
import { type ParsedPlan, parsePlan } from "../plan/parse.ts";
import { describeSystemError } from "../read/files.ts";
import { compareJson, comparePlansScreen } from "../report/compare-plans.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions, InputOptions, RunOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";

/** `seatrial compare PLAN PLAN…`: several plans on the same cluster, under the same luck, side by side. */
export async function compare(
  paths: readonly string[],
  command: InputOptions & RunOptions & FormatOptions,
): Promise<number> {
  if (paths.length < 2)
    throw new InputError("give two plans or more: seatrial compare a.yaml b.yaml --from …");
  const parsed = paths.map((path) => ({ path, ...read(path) }));
  const [first] = parsed as [(typeof parsed)[number], ...typeof parsed];
  const cluster = await readInput(command, first.plan.assumptions);
  const problems = parsed.flatMap(({ plan, source }) => checkPlan(plan, cluster, source));
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const rehearsals = new Rehearsals(cluster, command);
  const plans = parsed.map(({ path, plan }) => ({ name: basename(path), ...rehearsals.run(plan) }));
  if (command.output === "json")
    process.stdout.write(`${JSON.stringify(compareJson(plans), undefined, 2)}\n`);
  else printBlocks(comparePlansScreen(plans), command);
  return Math.max(...plans.map(({ verdict }) => exitCodeOf(verdict, command.failOn, kindsNotGiven(cluster))));
}

function read(path: string): Extract<ParsedPlan, { readonly ok: true }> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`);
  }
  const parsed = parsePlan(text, path);
  if (!parsed.ok) throw new InputError(...problemLines(parsed.problems));
  return parsed;
}
