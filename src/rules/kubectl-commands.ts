import { goDuration } from "../lib/duration.ts";
import { formatSelector } from "../model/selector.ts";
import type { DrainOptions } from "../plan/plan.ts";
import { shellWord } from "../lib/shell-word.ts";

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
  if (workloads.length > mostLines) return [loop(["restart", "status"], workloads)];
  return [...rolloutCommands("restart", workloads), ...statusCommands(workloads)];
}

/** The wait until each workload has all its pods Ready. */
export function statusCommands(workloads: readonly string[]): string[] {
  return workloads.length > mostLines ? [loop(["status"], workloads)] : rolloutCommands("status", workloads);
}

/** More workloads than these are a loop: a command for each would fill the screen. */
const mostLines = 4;

type RolloutVerb = "restart" | "status";

function rolloutCommands(verb: RolloutVerb, workloads: readonly string[]): string[] {
  return workloads.map((workload) => {
    const [namespace, kind, name] = refWords(workload);
    return `kubectl -n ${namespace} rollout ${verb} ${kind} ${name}`;
  });
}

/** The same for many, in any shell: all of them with the first verb, then all with the next. */
function loop(verbs: readonly RolloutVerb[], workloads: readonly string[]): string {
  const list = workloads.map((workload) => refWords(workload).join("/")).join(" ");
  const [verb] = verbs;
  const one = verbs.length === 1 ? verb : "$verb";
  const inner = `for w in ${list}; do kubectl -n "\${w%%/*}" rollout ${one} "\${w#*/}"; done`;
  return verbs.length === 1 ? inner : `for verb in ${verbs.join(" ")}; do ${inner}; done`;
}

function refWords(workload: string): readonly [string, string, string] {
  const [namespace = "", kind = "", name = ""] = workload.split("/").map(shellWord);
  return [namespace, kind.toLowerCase(), name];
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
