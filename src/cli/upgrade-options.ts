import { parseDuration } from "../lib/duration.ts";
import type { Drainer } from "../plan/plan.ts";
import type { UpgradeOptions } from "../planner/upgrade-options.ts";
import { InputError } from "./input-error.ts";
import { parallelism, type StrategyName, strategyOf, type StrategyOptions } from "./strategy.ts";

/** What is said of the plan of an upgrade, besides where it goes and its strategy. */
export type UpgradeFlags = StrategyOptions & {
  readonly lockstep: boolean;
  readonly drainer?: Drainer;
  readonly soakBetweenMinors: string;
};

/** What shapes the plan of an upgrade; without a name each worker goes the way of its owner. Throws InputError. */
export function upgradeOptions(name: StrategyName | undefined, command: UpgradeFlags): UpgradeOptions {
  const { lockstep, drainer, canary, maxParallel } = command;
  const strategy = name && (strategyOf(name, command) ?? "inPlace");
  const isBlueGreen = typeof strategy === "object" && strategy.kind === "blueGreen";
  return {
    lockstep,
    canary: isBlueGreen ? 0 : canary,
    soakBetweenMinors: soakOf(command.soakBetweenMinors),
    ...(maxParallel === undefined ? {} : { maxParallel: parallelism(maxParallel) }),
    ...(drainer === undefined ? {} : { drainer }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

function soakOf(text: string): number {
  const millis = parseDuration(text);
  if (millis === undefined || millis < 0)
    throw new InputError(`--soak-between-minors ${text}: expected a duration such as 2d or 1w`);
  return millis;
}
