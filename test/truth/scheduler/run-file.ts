import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { keyOf } from "../../../src/model/meta.ts";
import type { Scheduler } from "../../../src/sim/scheduler/scheduler.ts";
import type { Pod } from "../../../src/model/pod.ts";
import { firstDifference } from "./compare.ts";
import { decide } from "./decide.ts";
import type { Case, Result } from "./format.ts";
import { caseNow, loadCase, schedulerFor } from "./load-case.ts";

/** The answer to one decision: which features it is about, and how ours differs, where it does. */
export interface Outcome {
  readonly id: string;
  readonly features: readonly string[];
  readonly difference: string | undefined;
  /** Whether it only came out alike under some of the seeds: it has ties that the recorded one broke by chance. */
  readonly hangsOnChance?: boolean;
}

/** The version that answered the cases of a file that does not name one. */
export const caseVersion = "v1.36.3";

/** The case file beside a results file, and the version whose results they are. */
function filesOf(file: string): { readonly cases: string; readonly version: string } {
  const results = /^(.*)\.(v\d+\.\d+\.\d+)-results(\.jsonl(?:\.gz)?)$/.exec(file);
  if (!results) return { cases: file, version: caseVersion };
  const cases = `${results[1]}${results[3]}`;
  if (!existsSync(cases)) throw new Error(`${file}: there is no ${cases} beside it`);
  return { cases, version: results[2]! };
}

function readLines(file: string): Case[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
}

/** Runs every decision of a file of scheduler cases under the version that it was recorded with. */
export function* runSchedulerFile(file: string): Iterable<Outcome> {
  const { cases, version } = filesOf(file);
  const answers =
    cases === file ? undefined : new Map(readLines(file).map((line) => [line.id, line] as const));
  for (const given of readLines(cases)) {
    const answer = answers ? answers.get(given.id) : given;
    if (answer) yield* runCase(given, answer, version);
  }
}

/** Runs one case; `answer` has the recorded results. */
export function* runCase(given: Case, answer: Case, version: string): Iterable<Outcome> {
  const loaded = loadCase(given);
  const scheduler = schedulerFor(loaded, version);
  for (const pod of loaded.toPlace) {
    const expected = given.pod ? answer.result : answer.results?.[keyOf(pod)];
    const features = given.features?.length ? given.features : [`(${given.profile ?? "cases"})`];
    const id = given.pod ? given.id : `${given.id} ${keyOf(pod)}`;
    const difference = expected ? differenceOf(scheduler, pod, expected) : "no recorded result";
    yield { id, features, difference };
  }
}

function differenceOf(scheduler: Scheduler, pod: Pod, expected: Result): string | undefined {
  try {
    return firstDifference(expected, decide(scheduler, pod)) ?? decisionDifference(scheduler, pod, expected);
  } catch (error) {
    return `failed: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** The same question asked as the simulation asks it: the scheduling classes have to agree with the plugins. */
function decisionDifference(scheduler: Scheduler, pod: Pod, expected: Result): string | undefined {
  // With one feasible node nothing is scored, and no score can fail.
  if (expected.preEnqueue || expected.error !== undefined) return undefined;
  const decision = scheduler.schedule(pod, "truth", caseNow);
  switch (decision.kind) {
    case "scheduled":
      if (!expected.viaNominated && decision.feasibleNodes !== feasibleNodes(expected))
        return `${decision.feasibleNodes} feasible nodes, expected ${feasibleNodes(expected)}`;
      if (expected.best?.includes(decision.nodeName)) return undefined;
      return `scheduled on ${decision.nodeName}, expected one of ${expected.best?.join(", ")}`;
    case "unschedulable":
      if (pod.nodeName !== "" || decision.message() === expected.message) return undefined;
      return `message of the decision: expected ${expected.message}, got ${decision.message()}`;
    case "error":
      return `error: ${decision.message}`;
    case "no-profile":
      return `no profile ${decision.schedulerName}`;
  }
}

function feasibleNodes({ nodes }: Result): number {
  return Object.values(nodes ?? {}).filter(({ fail }) => fail === undefined).length;
}
