import { goDuration } from "../lib/duration.ts";
import { formatSelector } from "../model/selector.ts";
import type { DrainOptions } from "../plan/plan.ts";
import { shellWord } from "./phrases.ts";

/** The whole command line of a drain with these options: what a suggestion about a flag has to show. */
export function drainCommand(nodes: readonly string[], options: DrainOptions): string {
  const flags = [
    ...(options.ignoreDaemonSets ? ["--ignore-daemonsets"] : []),
    ...(options.deleteEmptyDirData ? ["--delete-emptydir-data"] : []),
    ...(options.force ? ["--force"] : []),
    ...(options.disableEviction ? ["--disable-eviction"] : []),
    ...(options.gracePeriod >= 0 ? [`--grace-period=${options.gracePeriod}`] : []),
    ...(options.podSelector.length > 0 ? [`--pod-selector=${formatSelector(options.podSelector)}`] : []),
    ...(options.skipWaitForDeleteTimeout > 0
      ? [`--skip-wait-for-delete-timeout=${options.skipWaitForDeleteTimeout}`]
      : []),
    ...(options.timeout > 0 ? [`--timeout=${goDuration(options.timeout)}`] : []),
  ];
  return ["kubectl drain", ...nodes.map(shellWord), ...flags.map(shellWord)].join(" ");
}
