import type { Block } from "../report/layout.ts";
import { checkExpectations } from "../scenario/check-expectations.ts";
import { parseScenario } from "../scenario/read-scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { settle } from "../sim/settle.ts";
import type { Repairs } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import { problemLines } from "./read-input.ts";
import { type Rehearsed, Rehearsals } from "./rehearsal.ts";
import { nextLines } from "./next-lines.ts";
import { clusterFlags } from "./input-flags.ts";
import type { InputOptions, RehearseOptions, RunOptions } from "./options.ts";
import { schedulerConfigurationOf } from "./scheduler-config.ts";
import { present } from "./present.ts";

/** Whether a file says of itself that it is a scenario. */
export function isScenario(text: string): boolean {
  return /^[\s{]*"?kind"?\s*:\s*"?Scenario\b/m.test(text);
}

/** What a scenario does not say itself. */
export type ScenarioOptions = RunOptions & Pick<InputOptions, "seed" | "schedulerConfig">;

export interface RehearsedScenario extends Rehearsed {
  readonly scenario: Scenario;
  readonly repairs: Repairs;
}

/** Reads a scenario, brings its cluster to rest, and rehearses its plan. Throws InputError where it cannot be read. */
export function runScenario(text: string, path: string, command: ScenarioOptions): RehearsedScenario {
  const result = parseScenario(text, path);
  if (!result.ok) throw new InputError(...problemLines(result.problems));
  const { scenario } = result;
  const { cluster, isSnapshot, plan, placementSeed } = scenario;
  const start = isSnapshot
    ? cluster
    : settle(cluster, plan.assumptions, placementSeed ?? command.seed, schedulerConfigurationOf(command));
  const rehearsals = new Rehearsals(start, command);
  const rehearsed = rehearsals.run(plan);
  return { ...rehearsed, scenario, repairs: rehearsals.repairs(plan, rehearsed.verdict) };
}

/**
 * `seatrial rehearse SCENARIO.yaml`. A scenario that says what it expects is a test: the exit code is 1 where
 * something else came of it, and 0 where all of it came, errors included.
 */
export async function rehearseScenario(
  text: string,
  path: string,
  command: RehearseOptions,
): Promise<number> {
  const others = clusterFlags(command);
  if (others.length > 0)
    throw new InputError(`${path} is a scenario: it has a cluster of its own; leave out ${others.join(" ")}`);
  const { scenario, ...rehearsed } = runScenario(text, path, command);
  const { expect } = scenario;
  const differences = checkExpectations(scenario, rehearsed.verdict);
  const isTest = expect !== undefined && command.failOn !== "never";
  const exitCode = differences.length === 0 ? 0 : 1;
  if (command.output !== "text") for (const each of differences) process.stderr.write(`${each}\n`);
  return present(
    {
      ...rehearsed,
      ...(isTest ? { exitCode } : {}),
      subject: { command: "plan", hasTimeout: false, drainer: scenario.plan.drainer },
      ...(expect ? { last: [expectedBlock(expect.length, differences)] } : {}),
      next: nextLines(
        path,
        rehearsed.verdict,
        { repairs: rehearsed.repairs, notGiven: [], isScenario: true },
        command,
      ),
    },
    command,
  );
}

function expectedBlock(count: number, differences: readonly string[]): Block {
  const lines =
    differences.length === 0
      ? [{ text: `All ${count} that the scenario expects came true, and no other error.` }]
      : differences.map((text) => ({ text, hang: 2 }));
  return { label: "Expected", tone: differences.length === 0 ? "good" : "error", lines, gap: true };
}
