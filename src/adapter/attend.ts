import type { ActionOf, Fact } from "../exec/protocol.ts";
import { humanDuration } from "../lib/duration.ts";
import { quantile } from "../lib/statistics.ts";
import type { Duration } from "../plan/assumptions.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import type { Api } from "./api.ts";
import type { Clock } from "./clock.ts";
import type { OpenCommand } from "./fold.ts";
import { type Before, effectOf, missingEffect } from "./effects.ts";
import { hookEnvironment } from "./hook-environment.ts";
import { runHook } from "./hook-process.ts";
import type { JournalEntry } from "./journal.ts";
import { nodeNames } from "./newcomer.ts";
import { nodeState } from "./node-state.ts";
import { approvalFor, labelOf, stoppedBy } from "./approvals.ts";
import type { AskApproval, AskDecision, AskPerson } from "./people.ts";
import type { AttendedAction, Attendant, Wait } from "./run.ts";

export interface AttendParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly run: string;
  readonly signal: AbortSignal;
  /** Programs for what no API can do, by the kind of step. */
  readonly programs: ReadonlyMap<Step["kind"], string>;
  readonly askPerson: AskPerson;
  readonly askApproval: AskApproval;
  readonly askDecision: AskDecision;
  /** Nodes that have joined for this run: no other machine of it is one of them. */
  readonly joined: Set<string>;
  readonly append: (entry: JournalEntry) => void;
  readonly say: (line: string) => void;
}

/** Without a time-out of the step's own, a program and its effect may take so long. */
const longestMillis = 3_600_000;
const lookMillis = 2_000;

/** Waits, runs hooks, asks people, and looks afterwards whether what they were for has come about. */
export function attendantOf(parts: AttendParts): Attendant {
  return {
    runsProcess: (entry) => wordsFor(parts, entry) !== undefined,
    async attend(entry, { signal, deadline }): Promise<Fact | undefined> {
      const { action } = entry.command;
      if (action.kind === "sleep") {
        await parts.api.pause(millisOf(action.duration));
        return { kind: "reached" };
      }
      const wait = {
        signal: AbortSignal.any([parts.signal, signal]),
        ...(deadline === undefined ? {} : { deadline }),
      };
      if (action.kind === "decide") return decision(parts, { ...entry, action }, wait.signal);
      if (action.kind === "approve") return approvalFor(parts, { ...entry, action }, wait);
      const before = entry.begun ?? (await stateBefore(parts.api, action as AttendedAction));
      const problem = await act(parts, entry, before, wait);
      if (signal.aborted) return undefined;
      return problem === undefined ? comesAbout(parts, entry, before) : failure(problem);
    },
  };
}

/** What comes of a step that has failed; undefined where that is not waited for any more. */
async function decision(
  { plan, askDecision }: AttendParts,
  { command, action: { reason } }: OpenCommand & { readonly action: ActionOf<"decide"> },
  signal: AbortSignal,
): Promise<Fact | undefined> {
  const answer = await askDecision({ label: labelOf(plan, command), reason, signal });
  if (signal.aborted) return undefined;
  if (typeof answer === "object") throw stoppedBy(command.id, answer);
  return { kind: "decided", word: answer };
}

async function stateBefore(api: Api, action: AttendedAction): Promise<Before> {
  if (action.kind === "joinNode") return { nodes: await nodeNames(api) };
  const name = "node" in action ? action.node : "";
  const node = name === "" ? undefined : await nodeState(api, name);
  return node ? { node } : {};
}

function failure(message: string): Fact {
  return { kind: "error", error: { code: 500, reason: "", message, causes: [] } };
}

/** Has it done, by a program or by a person; returns why not. What was begun before is not begun again unasked. */
async function act(
  parts: AttendParts,
  entry: OpenCommand,
  before: Before,
  wait: Wait,
): Promise<string | undefined> {
  const { api, append, joined, askPerson, plan } = parts;
  const { id, action } = entry.command;
  const words = wordsFor(parts, entry);
  const isDoubtful = entry.begun !== undefined && words !== undefined;
  if (isDoubtful && (await effectOf(api, action as AttendedAction, before, joined))) return undefined;
  if (words && !isDoubtful) return start(parts, entry, words, before);
  if (!entry.begun) append({ kind: "begun", command: id, words: [], before });
  const manual = manualOf(plan, id);
  const answer = await askPerson({
    action: action as AttendedAction,
    label: labelOf(plan, entry.command),
    ...(manual === undefined ? {} : { manual }),
    isDoubtful,
    isAskedAgain: entry.begun !== undefined,
    ...wait,
  });
  if (answer === "again" && words) return start(parts, entry, words, before);
  if (typeof answer === "object") throw stoppedBy(id, answer);
  append({ kind: "said", command: id, by: "person", text: answer });
  return undefined;
}

async function start(
  { plan, run, append, say }: AttendParts,
  { command }: OpenCommand,
  words: readonly string[],
  before: Before,
): Promise<string | undefined> {
  const { id } = command;
  append({ kind: "begun", command: id, words, before });
  const environment = hookEnvironment(plan, run, command, before.node?.address ?? "");
  const timeoutMillis = boundOf(plan, id);
  const { problem, output } = await runHook({ words, environment, timeoutMillis }, say);
  append({ kind: "said", command: id, by: words[0] ?? "", text: output });
  return problem;
}

/** The program for an action: the hook's own, or the one that was given for this kind of step. */
function wordsFor(
  { plan, programs }: AttendParts,
  { command: { id, action } }: OpenCommand,
): readonly string[] | undefined {
  if (action.kind === "hook") {
    const step = stepAt(plan, id.slice(0, id.indexOf(":")));
    return step?.kind === "hook" ? step.command : undefined;
  }
  const program = programs.get(action.kind as Step["kind"]);
  return program === undefined ? undefined : [program];
}

function manualOf(plan: Plan, id: string): string | undefined {
  const step = stepAt(plan, id.slice(0, id.indexOf(":")));
  return step?.kind === "hook" ? step.manual : undefined;
}

function boundOf(plan: Plan, id: string): number {
  return stepAt(plan, id.slice(0, id.indexOf(":")))?.timeout ?? plan.defaults.timeout ?? longestMillis;
}

/** Waits until the declared effect shows; where nothing would show it, what was said is believed. */
async function comesAbout(
  { api, clock, plan, joined }: AttendParts,
  { command }: OpenCommand,
  before: Before,
): Promise<Fact> {
  const action = command.action as AttendedAction;
  const bound = boundOf(plan, command.id);
  const end = clock.now() + bound;
  for (;;) {
    const fact = await effectOf(api, action, before, joined);
    if (fact === undefined) return { kind: "done", changed: true };
    // Two machines may have looked at one moment, and have seen the same node.
    const isTaken = fact && fact.kind === "joined" && joined.has(fact.node);
    if (fact && fact.kind === "joined") joined.add(fact.node);
    if (fact && !isTaken) return fact;
    if (clock.now() >= end) return failure(`${missingEffect(action)} after ${humanDuration(bound)}`);
    await api.pause(lookMillis);
  }
}

/** As long as is said; where that is a distribution, its median. `never` ends with the run. */
function millisOf(duration: Duration): number {
  if (duration.kind === "never") return Infinity;
  return duration.kind === "fixed" ? duration.millis : quantile(duration.table, 0.5);
}
