import { parseDuration } from "../lib/duration.ts";
import { type LabelSelector, parseSelector } from "../model/selector.ts";
import type { TaintEffect } from "../model/taint.ts";
import type { ProgramStep } from "../exec/program.ts";
import { drainDefaults, type DrainOptions, type NodeSelection } from "../plan/plan.ts";
import { type Flags, type ParseResult, refuse, steps } from "./parse-result.ts";
import { resourceNamed } from "./resources.ts";

/** kubectl's commands about nodes: drain, cordon, uncordon, taint, label. */

function nodesOf(words: readonly string[], flags: Flags): NodeSelection | string {
  const selector = flags["selector"];
  if (typeof selector !== "string")
    return { kind: "names", names: words.map((word) => word.replace(/^nodes?\//, "")) };
  const parsed = parseSelector(selector);
  return "error" in parsed
    ? `error: unable to parse requirement: ${parsed.error}`
    : { kind: "selector", ...parsed };
}

function usage(verb: string): ParseResult {
  return refuse(`error: USAGE: ${verb} NODE [flags]`, `See 'kubectl ${verb} -h' for help and examples`);
}

export function drain(words: readonly string[], flags: Flags): ParseResult {
  if (words.length === 0 && flags["selector"] === undefined) return usage("drain");
  if (words.length > 0 && flags["selector"] !== undefined)
    return refuse("error: cannot specify both a node name and a --selector option");
  const nodes = nodesOf(words, flags);
  if (typeof nodes === "string") return refuse(nodes);
  const options = drainOptionsFrom(flags);
  if (typeof options === "string") return refuse(options);
  return steps({ kind: "drain", name: "", nodes, options });
}

/** kubectl drain's flags as options of a drain; a sentence where one does not fit. */
export function drainOptionsFrom(flags: Flags): DrainOptions | string {
  const timeout = typeof flags["timeout"] === "string" ? parseDuration(flags["timeout"]) : 0;
  if (timeout === undefined || timeout < 0)
    return `error: invalid argument "${String(flags["timeout"])}" for "--timeout" flag: time: invalid duration "${String(flags["timeout"])}"`;
  const selector = selectorFlag(flags["pod-selector"]);
  if (typeof selector === "string") return selector;
  const grace = integerFlag(flags, "grace-period", -1);
  const skip = integerFlag(flags, "skip-wait-for-delete-timeout", 0);
  if (typeof grace === "string") return grace;
  if (typeof skip === "string") return skip;
  const dryRun = dryRunFlag(flags["dry-run"]);
  if (dryRun === undefined)
    return `error: Invalid dry-run value (${String(flags["dry-run"])}). Must be "none", "server", or "client".`;
  return {
    ...drainDefaults,
    ignoreDaemonSets: flags["ignore-daemonsets"] === true,
    deleteEmptyDirData: flags["delete-emptydir-data"] === true,
    force: flags["force"] === true,
    disableEviction: flags["disable-eviction"] === true,
    gracePeriod: grace,
    timeout,
    podSelector: selector,
    skipWaitForDeleteTimeout: skip,
    dryRun,
  };
}

function dryRunFlag(value: string | boolean | undefined): DrainOptions["dryRun"] | undefined {
  if (value === undefined || value === "none") return "none";
  return value === "client" || value === "server" ? value : undefined;
}

export function integerFlag(flags: Flags, name: string, fallback: number): number | string {
  const value = flags[name];
  if (typeof value !== "string") return fallback;
  if (/^-?\d+$/.test(value)) return Number(value);
  return `error: invalid argument "${value}" for "--${name}" flag: strconv.ParseInt: parsing "${value}": invalid syntax`;
}

export function selectorFlag(value: string | boolean | undefined): LabelSelector | string {
  if (typeof value !== "string" || value === "") return [];
  const parsed = parseSelector(value);
  return "error" in parsed ? `error: unable to parse requirement: ${parsed.error}` : parsed.selector;
}

export function onNodes(kind: "cordon" | "uncordon", words: readonly string[], flags: Flags): ParseResult {
  if (words.length === 0 && flags["selector"] === undefined) return usage(kind);
  const nodes = nodesOf(words, flags);
  return typeof nodes === "string" ? refuse(nodes) : steps({ kind, name: "", nodes });
}

const effects: readonly TaintEffect[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** `taint node n1 key=value:Effect` sets, `key:Effect-` and `key-` remove. */
export function taint(words: readonly string[], flags: Flags): ParseResult {
  const [resource = "", ...rest] = words;
  if (resourceNamed(resource)?.kind !== "Node")
    return refuse("error: at least one resource name must be specified");
  const isTaint = (word: string) => /[=:]|-$/.test(word) && !/^[a-z0-9.-]*[a-z0-9]$/.test(word);
  const names = rest.filter((word) => !isTaint(word));
  const nodes = nodesOf(names, flags);
  if (typeof nodes === "string") return refuse(nodes);
  const list: ProgramStep[] = [];
  for (const word of rest.filter(isTaint)) {
    const match = /^([^=:]+?)(?:=([^:]*))?(?::([A-Za-z]+))?(-?)$/.exec(word);
    const effect = (match?.[3] ?? "NoSchedule") as TaintEffect;
    const remove = match?.[4] === "-";
    if (!match || !effects.includes(effect) || (!remove && match[3] === undefined))
      return refuse(`error: invalid taint spec: ${word}, [${effects.join(", ")}] are the effects`);
    list.push({
      kind: "taint",
      name: "",
      nodes,
      taint: { key: match[1]!, value: match[2] ?? "", effect },
      remove,
    });
  }
  return list.length === 0 ? refuse("error: at least one taint update is required") : steps(...list);
}

export function label(words: readonly string[], flags: Flags): ParseResult {
  const [resource = "", ...rest] = words;
  if (resourceNamed(resource)?.kind !== "Node")
    return refuse(`error: labelling ${resource} is not modelled, only nodes`);
  const labels = new Map<string, string | null>();
  const names: string[] = [];
  for (const word of rest) {
    const set = /^([^=]+)=(.*)$/.exec(word);
    if (set) labels.set(set[1]!, set[2]!);
    else if (word.endsWith("-")) labels.set(word.slice(0, -1), null);
    else names.push(word);
  }
  const nodes = nodesOf(names, flags);
  if (typeof nodes === "string") return refuse(nodes);
  return steps({ kind: "label", name: "", nodes, labels: Object.fromEntries(labels) });
}
