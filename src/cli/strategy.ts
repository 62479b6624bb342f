import type { Strategy } from "../plan/strategy.ts";
import { InputError } from "./input-error.ts";

/** The words of `--strategy`. */
export const strategyNames = ["in-place", "surge", "blue-green"] as const;

export type StrategyName = (typeof strategyNames)[number];

export interface StrategyOptions {
  /** Undefined: not given. */
  readonly maxSurge?: string;
  readonly maxUnavailable?: string;
  readonly maxParallel?: string;
  readonly canary: number;
}

/** How long a new pool is looked at before the old one goes. Source: facts/managed.json, gke and aks: an hour. */
const poolSoak = 3_600_000;

/** The strategy of a rollout for one of the words; undefined: in place. Throws InputError where a number is none. */
export function strategyOf(name: StrategyName, options: StrategyOptions): Strategy | undefined {
  switch (name) {
    case "in-place":
      return undefined;
    case "surge": {
      const maxSurge = share("--max-surge", options.maxSurge ?? "1");
      const maxUnavailable = share("--max-unavailable", options.maxUnavailable ?? "0");
      if (isNone(maxSurge) && isNone(maxUnavailable))
        throw new InputError("--max-surge 0 needs --max-unavailable 1 or more: else no node can go or come");
      return { kind: "surge", maxSurge, maxUnavailable };
    }
    case "blue-green":
      return { kind: "blueGreen", batch: parallelism(options.maxParallel ?? "1"), batchSoak: 0, poolSoak };
  }
}

/** Throws InputError for options that say nothing under any of these strategies. */
export function refuseIdle(names: readonly StrategyName[], options: StrategyOptions): void {
  const others = names.join(" and ");
  if (!names.includes("surge") && (options.maxSurge !== undefined || options.maxUnavailable !== undefined))
    throw new InputError(`--max-surge and --max-unavailable go with --strategy surge, and this is ${others}`);
  if (names.every((name) => name === "surge") && options.maxParallel !== undefined)
    throw new InputError(
      "--max-parallel says nothing with --strategy surge: --max-surge and --max-unavailable say how many at a time",
    );
  if (names.every((name) => name === "blue-green") && options.canary > 0)
    throw new InputError("--canary says nothing with --strategy blue-green: --max-parallel is its batch");
}

/** `--max-parallel` as a plan says it. Throws InputError. */
export function parallelism(text: string): number | string {
  const value = share("--max-parallel", text);
  if (!isNone(value)) return value;
  throw new InputError(`--max-parallel ${text}: expected 1 or more`);
}

function isNone(value: number | string): boolean {
  return value === 0 || value === "0%";
}

function share(option: string, text: string): number | string {
  if (/^(0|[1-9]\d{0,3})$/.test(text)) return Number(text);
  if (/^(\d|[1-9]\d|100)%$/.test(text)) return text;
  throw new InputError(`${option} ${text}: expected a number of nodes such as 2, or a share such as 10%`);
}
