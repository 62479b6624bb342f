import { goDuration } from "../lib/duration.ts";
import { formatSelector } from "../model/selector.ts";
import type { DrainOptions } from "../plan/plan.ts";
import { shellWord } from "./phrases.ts";

/** Command lines for suggestions: whole, so that they can be copied as they stand. */

/** `kubectl drain node-7 --ignore-daemonsets --timeout=3m0s`: the flags in the order of kubectl's help. */
export function drainCommand(nodes: readonly string[], options: DrainOptions): string {
  const { timeout, gracePeriod, podSelector, skipWaitForDeleteTimeout } = options;
  const selector = shellWord(formatSelector(podSelector));
  return [
    `kubectl drain ${words(nodes)}`,
    ...(options.deleteEmptyDirData ? ["--delete-emptydir-data"] : []),
    ...(options.disableEviction ? ["--disable-eviction"] : []),
    ...(options.force ? ["--force"] : []),
    ...(gracePeriod >= 0 ? [`--grace-period=${gracePeriod}`] : []),
    ...(options.ignoreDaemonSets ? ["--ignore-daemonsets"] : []),
    ...(podSelector.length > 0 ? [`--pod-selector=${selector}`] : []),
    ...(skipWaitForDeleteTimeout > 0 ? [`--skip-wait-for-delete-timeout=${skipWaitForDeleteTimeout}`] : []),
    ...(timeout > 0 ? [`--timeout=${goDuration(timeout)}`] : []),
  ].join(" ");
}

/** `kubectl cordon node-7 node-8` */
export function cordonCommand(nodes: readonly string[]): string {
  return `kubectl cordon ${words(nodes)}`;
}

/** `kubectl uncordon node-7` */
export function uncordonCommand(nodes: readonly string[]): string {
  return `kubectl uncordon ${words(nodes)}`;
}

/** A rolling restart of each workload, and then the wait for each: they roll at the same time. */
export function restartCommands(workloads: readonly string[]): string[] {
  return [...rolloutCommands("restart", workloads), ...statusCommands(workloads)];
}

/** The wait until each workload has all its pods Ready. */
export function statusCommands(workloads: readonly string[]): string[] {
  return rolloutCommands("status", workloads);
}

/** More workloads than these are a loop: a command for each would fill the screen. */
const mostLines = 4;

function rolloutCommands(verb: "restart" | "status", workloads: readonly string[]): string[] {
  const parts = workloads.map((each) => {
    const [namespace = "", kind = "", name = ""] = each.split("/").map(shellWord);
    return [namespace, kind.toLowerCase(), name] as const;
  });
  if (parts.length <= mostLines)
    return parts.map(([namespace, kind, name]) => `kubectl -n ${namespace} rollout ${verb} ${kind} ${name}`);
  const list = parts.map((part) => part.join("/")).join(" ");
  return [`for w in ${list}; do kubectl -n "\${w%%/*}" rollout ${verb} "\${w#*/}"; done`];
}

/** A merge patch on an object's spec. */
export function patchCommand(
  namespace: string,
  resource: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): string {
  return `kubectl -n ${shellWord(namespace)} patch ${resource} ${shellWord(name)} -p ${shellWord(JSON.stringify({ spec }))}`;
}

function words(names: readonly string[]): string {
  return names.map(shellWord).join(" ");
}
