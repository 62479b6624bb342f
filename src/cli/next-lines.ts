import type { Kind } from "../model/cluster.ts";
import type { Line } from "../report/layout.ts";
import { shellWord } from "../lib/shell-word.ts";
import { listed } from "../lib/counted.ts";
import type { Repairs, Verdict } from "../verdict/verdict.ts";
import { inputFlags, inputHint, isFromFiles } from "./input-flags.ts";
import type { InputOptions, RehearseOptions, RunOptions } from "./options.ts";

/** A command to be typed, and what stands beside it where it cannot name its input. */
export function commandLines(
  words: readonly string[],
  options: Pick<InputOptions, "from" | "filename">,
): Line[] {
  return [{ text: words.join(" "), isCommand: true, hang: 2 }, ...inputHint(options)];
}

/** What comes before the same command again: the fix, and what was read before it was done. */
export function afterFix({ fixes, together }: Repairs, isFromFile: boolean): Line {
  const all = together ? "the fixes above" : fixes.length > 1 ? "one of the fixes above" : "the fix above";
  // A file does not change with the cluster.
  return { text: isFromFile ? `${all}, then a fresh snapshot, and again:` : `${all}, and then again:` };
}

/** What kubectl calls them. */
const resources: Partial<Readonly<Record<Kind, string>>> = {
  Pod: "pods",
  Service: "services",
  PodDisruptionBudget: "pdb",
  PersistentVolume: "pv",
};

/**
 * How to settle what the input does not: by giving these kinds, or by saying that there are none. A verdict without them
 * is not clean, so nothing that touches the cluster is offered before.
 */
export function settleLines(
  kinds: readonly Kind[],
  before: readonly string[],
  options: InputOptions & RunOptions,
): Line[] {
  const none = { ...options, assumeNone: [...new Set([...options.assumeNone, ...kinds])] };
  const what = listed(
    kinds.map((kind) => `${kind}s`),
    kinds.length,
  );
  const assume = commandLines([...before, ...inputFlags(none)], options);
  if (!isFromFiles(options)) return [{ text: `${what} could not be read. If there are none:` }, ...assume];
  const more = { ...options, from: [...options.from, "more.json"] };
  const names = kinds.map((kind) => resources[kind] ?? kind).join(",");
  return [
    { text: `${what} are not given:` },
    { text: `kubectl get ${names} -A -o json > more.json`, isCommand: true, hang: 2 },
    ...commandLines([...before, ...inputFlags(more)], options),
    { text: "or, where there are none:" },
    ...assume,
  ];
}

/** What to type after the rehearsal of a plan: the same again, once something was changed, or on the timeline. */
export function nextLines(
  path: string,
  { findings }: Verdict,
  { repairs, notGiven, isScenario }: PlanEnd,
  command: RehearseOptions,
): Line[] {
  const words = ["seatrial rehearse", shellWord(path)];
  const again = commandLines([...words, ...inputFlags(command)], command);
  const isClean = !findings.some(({ severity, accepted }) => severity === "error" && !accepted);
  if (!isClean && repairs.fixes.length > 0) {
    if (isScenario) return [{ text: "a fix above, written into the scenario, and then again:" }, ...again];
    return [afterFix(repairs, isFromFiles(command)), ...again];
  }
  if (notGiven.length > 0) return settleLines(notGiven, words, command);
  return commandLines([...words, ...inputFlags(command), "--tui"], command);
}

export interface PlanEnd {
  readonly repairs: Repairs;
  /** Kinds that the input does not settle. */
  readonly notGiven: readonly Kind[];
  /** Whether the file has a cluster of its own. */
  readonly isScenario: boolean;
}
