import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Cluster } from "../model/cluster.ts";
import { checkPlan } from "../plan/check.ts";
import { type ParsedPlan, parsePlan } from "../plan/parse.ts";
import type { Plan } from "../plan/plan.ts";
import { upgradePlan } from "../planner/upgrade-plan.ts";
import { describeSystemError } from "../read/files.ts";
import { compareJson, comparePlansScreen } from "../report/compare-plans.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf } from "../report/screen.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions, InputOptions, RunOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";
import { refuseIdle, type StrategyName } from "./strategy.ts";
import { type UpgradeFlags, upgradeOptions } from "./upgrade-options.ts";

export type CompareCommand = InputOptions &
  RunOptions &
  FormatOptions &
  UpgradeFlags & {
    /** Empty: plans are compared, and not strategies. */
    readonly strategy: readonly StrategyName[];
    readonly to?: string;
  };

/**
 * `seatrial compare PLAN PLAN…`, or `--to VERSION --strategy a --strategy b`: several plans on the same cluster, under the
 * same luck, side by side.
 */
export async function compare(paths: readonly string[], command: CompareCommand): Promise<number> {
  const { cluster, plans } =
    command.strategy.length > 0 ? await upgrades(paths, command) : await plansIn(paths, command);
  const rehearsals = new Rehearsals(cluster, command);
  const compared = plans.map(({ name, plan }) => ({ name, ...rehearsals.run(plan) }));
  if (command.output === "json")
    process.stdout.write(`${JSON.stringify(compareJson(compared), undefined, 2)}\n`);
  else printBlocks(comparePlansScreen(compared), command);
  return Math.max(
    ...compared.map(({ verdict }) => exitCodeOf(verdict, command.failOn, kindsNotGiven(cluster))),
  );
}

interface Compared {
  readonly cluster: Cluster;
  readonly plans: readonly { readonly name: string; readonly plan: Plan }[];
}

/** The plans of these files. */
async function plansIn(paths: readonly string[], command: CompareCommand): Promise<Compared> {
  if (paths.length < 2)
    throw new InputError(
      "give two plans or more: seatrial compare a.yaml b.yaml --from …",
      "or two strategies of an upgrade: seatrial compare --to v1.36 --strategy in-place --strategy surge --from …",
    );
  if (command.to !== undefined)
    throw new InputError("--to goes with --strategy: a plan says itself where it goes");
  const parsed = paths.map((path) => ({ path, ...read(path) }));
  const [first] = parsed as [(typeof parsed)[number], ...typeof parsed];
  const cluster = await readInput(command, first.plan.assumptions);
  const problems = parsed.flatMap(({ plan, source }) => checkPlan(plan, cluster, source));
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  return { cluster, plans: parsed.map(({ path, plan }) => ({ name: basename(path), plan })) };
}

/** The plans that `seatrial upgrade` would make with each strategy. */
async function upgrades(paths: readonly string[], command: CompareCommand): Promise<Compared> {
  const { strategy: names, to } = command;
  if (paths.length > 0)
    throw new InputError(
      "give plans or --strategy: with strategies the plans are made here, as upgrade makes them",
    );
  if (to === undefined)
    throw new InputError("--strategy needs --to VERSION: the strategies of an upgrade are compared");
  if (names.length < 2 || new Set(names).size < names.length)
    throw new InputError("give two different strategies: --strategy in-place --strategy surge");
  refuseIdle(names, command);
  const cluster = await readInput(command);
  const plans = names.map((name) => {
    const made = upgradePlan(cluster, to, upgradeOptions(name, command));
    if (!made.ok) throw new InputError(made.problem, ...(made.advice === undefined ? [] : [made.advice]));
    const problems = checkPlan(made.plan, cluster);
    if (problems.length > 0) throw new InputError(...problemLines(problems));
    return { name, plan: made.plan };
  });
  return { cluster, plans };
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
