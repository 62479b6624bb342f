import { parseDuration } from "../lib/duration.ts";
import { madeFor } from "../model/cluster-uid.ts";
import { checkPlan } from "../plan/check.ts";
import { printPlan } from "../plan/print.ts";
import { upgradePlan } from "../planner/upgrade-plan.ts";
import { upgradeBlock } from "../report/upgrade.ts";
import { upgradePathBlock } from "../report/upgrade-path.ts";
import type { Line } from "../report/layout.ts";
import { shellWord } from "../lib/shell-word.ts";
import { assumptionsIn } from "./assumptions-file.ts";
import { InputError } from "./input-error.ts";
import { inputFlags, inputHint } from "./input-flags.ts";
import { defaultHorizon, type RehearseOptions } from "./options.ts";
import { present } from "./present.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";
import { refuseIdle, type StrategyName } from "./strategy.ts";
import { type UpgradeFlags, upgradeOptions } from "./upgrade-options.ts";

export type UpgradeCommand = RehearseOptions &
  UpgradeFlags & {
    readonly to: string;
    readonly strategy?: StrategyName;
    readonly printPlan: boolean;
    /** A file of what the cluster does not tell. */
    readonly assumptions?: string;
  };

/** `seatrial upgrade --to VERSION`: makes the plan of an upgrade from what the cluster is now, and rehearses it. */
export async function upgrade(command: UpgradeCommand): Promise<number> {
  refuseIdle([command.strategy ?? "in-place"], command);
  const options = upgradeOptions(command.strategy, command);
  const { soakBetweenMinors } = options;
  const assumptions = assumptionsIn(command.assumptions);
  const cluster = await readInput(command, assumptions);
  const made = upgradePlan(cluster, command.to, options);
  if (!made.ok) throw new InputError(made.problem, ...(made.advice === undefined ? [] : [made.advice]));
  const plan = { ...made.plan, assumptions };
  const problems = checkPlan(plan, cluster);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  if (command.printPlan) {
    process.stdout.write(printPlan({ ...plan, ...madeFor(cluster) }));
    return 0;
  }
  const soaks = soakBetweenMinors * (made.path.length - 1);
  const asRehearsed = { ...command, horizon: horizonFor(command.horizon, soaks) };
  const rehearsals = new Rehearsals(cluster, asRehearsed);
  const rehearsal = rehearsals.run(plan);
  const repairs = rehearsals.repairs(plan, rehearsal.verdict);
  return present(
    {
      ...rehearsal,
      repairs,
      subject: { command: "plan", hasTimeout: false, drainer: plan.drainer },
      title: plan.name,
      lead: [upgradeBlock(rehearsal.trace, made.passes), upgradePathBlock(rehearsal.trace)],
      next: nextLines(command, asRehearsed),
    },
    asRehearsed,
  );
}

/** Virtual time has to reach beyond the waits of the plan, unless somebody says where it ends. */
function horizonFor(horizon: string, soaks: number): string {
  if (horizon !== defaultHorizon || soaks === 0) return horizon;
  return `${Math.ceil((parseDuration(defaultHorizon)! + soaks) / 3_600_000)}h`;
}

/** The plan as a file: to be read, changed, and rehearsed again. */
function nextLines(command: UpgradeCommand, asRehearsed: UpgradeCommand): Line[] {
  const words = [
    "seatrial upgrade --to",
    shellWord(command.to),
    ...planFlags(command),
    ...inputFlags(command),
    "--print-plan > plan.yaml",
  ];
  const again = ["seatrial rehearse plan.yaml", ...inputFlags(asRehearsed)];
  const runbook = ["seatrial runbook plan.yaml", ...inputFlags(asRehearsed), "> runbook.md"];
  const lines = [words, again, runbook];
  return [
    ...lines.map((each): Line => ({ text: each.join(" "), isCommand: true, hang: 2 })),
    ...inputHint(command),
  ];
}

/** The flags that shape the plan. */
function planFlags(command: UpgradeCommand): string[] {
  const { lockstep, canary, soakBetweenMinors, maxParallel, drainer, assumptions } = command;
  const { strategy, maxSurge, maxUnavailable } = command;
  return [
    ...(strategy === undefined ? [] : [`--strategy ${strategy}`]),
    ...(maxSurge === undefined ? [] : [`--max-surge ${maxSurge}`]),
    ...(maxUnavailable === undefined ? [] : [`--max-unavailable ${maxUnavailable}`]),
    ...(assumptions === undefined ? [] : [`--assumptions ${shellWord(assumptions)}`]),
    ...(lockstep ? ["--lockstep"] : []),
    ...(canary > 0 ? [`--canary ${canary}`] : []),
    ...(parseDuration(soakBetweenMinors) === 0 ? [] : [`--soak-between-minors ${soakBetweenMinors}`]),
    ...(maxParallel === undefined ? [] : [`--max-parallel ${maxParallel}`]),
    ...(drainer === undefined ? [] : [`--drainer ${drainer}`]),
  ];
}
