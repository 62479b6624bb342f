import { checkPlan } from "../plan/check.ts";
import type { Drainer } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";
import { upgradePlan } from "../planner/upgrade-plan.ts";
import { upgradeBlock } from "../report/upgrade.ts";
import type { Line } from "../report/layout.ts";
import { shellWord } from "../report/next.ts";
import { InputError } from "./input-error.ts";
import { inputFlags, inputHint } from "./input-flags.ts";
import type { RehearseOptions } from "./options.ts";
import { present } from "./present.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";

export type UpgradeCommand = RehearseOptions & {
  readonly to: string;
  readonly lockstep: boolean;
  readonly canary: number;
  readonly maxParallel: string;
  readonly drainer: Drainer;
  readonly printPlan: boolean;
};

/** `seatrial upgrade --to VERSION`: makes the plan of a kubeadm upgrade from what the cluster is now, and rehearses it. */
export async function upgrade(command: UpgradeCommand): Promise<number> {
  const { to, lockstep, canary, drainer } = command;
  const maxParallel = parallelism(command.maxParallel);
  const cluster = await readInput(command);
  const made = upgradePlan(cluster, to, { lockstep, canary, maxParallel, drainer });
  if (!made.ok) throw new InputError(made.problem, ...(made.advice === undefined ? [] : [made.advice]));
  const { plan } = made;
  const problems = checkPlan(plan, cluster);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  if (command.printPlan) {
    process.stdout.write(printPlan(plan));
    return 0;
  }
  const rehearsals = new Rehearsals(cluster, command);
  const rehearsed = rehearsals.run(plan);
  const repairs = rehearsals.repairs(plan, rehearsed.verdict);
  return present(
    {
      ...rehearsed,
      repairs,
      subject: { command: "plan", hasTimeout: false, drainer: plan.drainer },
      title: plan.name,
      lead: [upgradeBlock(rehearsed.trace, made.passes)],
      next: nextLines(command),
    },
    command,
  );
}

function parallelism(text: string): number | string {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  if (/^([1-9]\d?|100)%$/.test(text)) return text;
  throw new InputError(
    `--max-parallel ${text}: expected a number of nodes such as 2, or a share such as 10%`,
  );
}

/** The plan as a file: to be read, changed, and rehearsed again. */
function nextLines(command: UpgradeCommand): Line[] {
  const words = [
    "seatrial upgrade --to",
    shellWord(command.to),
    ...(command.lockstep ? ["--lockstep"] : []),
    ...inputFlags(command),
    "--print-plan > plan.yaml",
  ];
  const again = ["seatrial rehearse plan.yaml", ...inputFlags(command)];
  const runbook = ["seatrial runbook plan.yaml", ...inputFlags(command), "> runbook.md"];
  const lines = [words, again, runbook];
  return [
    ...lines.map((each): Line => ({ text: each.join(" "), isCommand: true, hang: 2 })),
    ...inputHint(command),
  ];
}
