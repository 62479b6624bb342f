import type { DrainOptions } from "../plan/plan.ts";
import { formatSelector } from "../model/selector.ts";
import { flagDuration } from "./words.ts";

/** kubectl drain's flags for these options, in the order in which its help lists them. */
export function drainFlags(options: DrainOptions): string[] {
  const flags: string[] = [];
  if (options.ignoreDaemonSets) flags.push("--ignore-daemonsets");
  if (options.deleteEmptyDirData) flags.push("--delete-emptydir-data");
  if (options.force) flags.push("--force");
  if (options.disableEviction) flags.push("--disable-eviction");
  if (options.gracePeriod >= 0) flags.push(`--grace-period=${options.gracePeriod}`);
  if (options.podSelector.length > 0) flags.push(`--pod-selector='${formatSelector(options.podSelector)}'`);
  if (options.skipWaitForDeleteTimeout > 0)
    flags.push(`--skip-wait-for-delete-timeout=${options.skipWaitForDeleteTimeout}`);
  if (options.timeout > 0) flags.push(`--timeout=${flagDuration(options.timeout)}`);
  return flags;
}

/** A time-out that a drain of this length keeps well, and that ends one which does not: whole minutes. */
export function sensibleTimeout(millis: number): string {
  return flagDuration(Math.ceil((2 * millis + 60_000) / 60_000) * 60_000);
}
