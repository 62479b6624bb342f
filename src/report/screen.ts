import type { Trace } from "../trace/trace.ts";
import type { Kind } from "../model/cluster.ts";
import type { Finding, Repairs, Severity, Verdict, Word } from "../verdict/verdict.ts";
import { assumedSentence } from "./assumed.ts";
import { findingBlock } from "./finding-block.ts";
import { fixBlocks } from "./fixes.ts";
import { headlineOf, type Subject } from "./headline.ts";
import { type Block, type Line, type Tone } from "./layout.ts";
import { isDrawn } from "./drawn.ts";
import { movesAtWork, movesSentence, notReplaced, slowestSentence } from "./moves.ts";
import { kindsNotGiven } from "./not-given.ts";
import { outageLines, outagesIn } from "./outages.ts";
import { reactionLines } from "./reacts.ts";
import { remainsSentences } from "./remains.ts";
import { stepLines } from "./steps.ts";
import { waitSentences } from "./waits.ts";
import { counted, listed } from "../lib/counted.ts";
import { moment } from "./words.ts";

/** All that a screen shows of one rehearsal. */
export interface ScreenInput {
  readonly trace: Trace;
  readonly verdict: Verdict;
  readonly repairs: Repairs;
  readonly subject: Subject;
  /** From which severity on the exit code is 1. */
  readonly failOn: Severity | "never";
  /** What is rehearsed, in a few words; undefined: as the plan calls itself. */
  readonly title?: string;
  /** What was rehearsed beside what was typed: `with --ignore-daemonsets`. */
  readonly note?: string;
  /** Blocks that belong to one command: between the headline and what happens. */
  readonly lead?: readonly Block[];
  /** Blocks that belong to one command: before what to type next. */
  readonly last?: readonly Block[];
  /** What the command exits with, where that is not for the findings alone to say. */
  readonly exitCode?: 0 | 1;
  /** What to type next, one command a line. */
  readonly next: readonly Line[];
  /** Everything, not the first screen only. */
  readonly verbose: boolean;
}

const wordTone: Readonly<Record<Word, Tone>> = {
  FINISHES: "good",
  HANGS: "error",
  HURTS: "error",
  REFUSES: "error",
  STOPS: "error",
};

/** How many findings a first screen has at most, and how many of them may be rows of the outage table. */
const mostFindings = 10;
const mostOutages = 6;

/** The blocks of the screen, worst news first, the next thing to type last. */
export function screenOf(input: ScreenInput): Block[] {
  const { trace, verdict, verbose } = input;
  const most = verbose ? Infinity : 1;
  return [
    headline(input),
    ...(input.lead ?? []),
    ...stepsBlock(input),
    ...movesBlocks(trace, verbose),
    ...labelled("Reacts", reactionLines(trace, verbose ? Infinity : mostReactions)),
    ...labelled("Waits", waitSentences(trace, 2 * most)),
    ...labelled("Slowest", optional(slowestSentence(trace))),
    ...findingBlocks(verdict, verbose),
    ...fixBlocks(input.repairs, {
      findings: verdict.findings,
      notGiven: kindsNotGiven(trace.header.cluster),
      most: verbose ? Infinity : 3,
    }),
    ...closing(input),
  ];
}

/** What stays of a rehearsal once it was looked at elsewhere: how it ends, and what to type next. */
export function summaryOf(input: ScreenInput): Block[] {
  const last = closing(input).filter(({ label }) => label === "Next" || label === "Expected");
  return [headline(input), ...last];
}

function headline(input: ScreenInput): Block {
  const { trace, verdict, subject } = input;
  return {
    label: verdict.word,
    tone: isSettled(input) ? wordTone[verdict.word] : "warning",
    lines: [
      { text: headlineOf(verdict, subject, trace), tone: "strong" },
      { text: contextSentence(trace, input.note) },
    ],
  };
}

/** Whether a good word is one: not while a kind is missing that may change it. */
function isSettled({ trace, verdict }: ScreenInput): boolean {
  return verdict.word !== "FINISHES" || kindsNotGiven(trace.header.cluster).length === 0;
}

/** Where and under which assumptions this was found, so that a pasted screen can be judged a week later. */
export function contextSentence(trace: Trace, note: string | undefined): string {
  const { cluster, seed } = trace.header;
  const parts = [
    cluster.name,
    counted(cluster.objects.Node.length, "node"),
    cluster.version === "" ? "version unknown" : cluster.version,
    cluster.isGenerated ? "made from manifests" : `as of ${moment(cluster.asOf)}`,
    `seed ${seed}${isDrawn(trace) ? " (durations drawn)" : ""}`,
    ...(note === undefined ? [] : [note]),
  ];
  return `Rehearsal, nothing touched. ${parts.join(", ")}`;
}

/** More reactions than this are counted. */
const mostReactions = 6;

function stepsBlock({ trace, verdict, subject, verbose }: ScreenInput): Block[] {
  const lines = stepLines(trace, verdict, subject, verbose ? Infinity : 12);
  return lines.length === 0
    ? []
    : [{ label: subject.command === "drain" ? "Nodes" : "Steps", lines, gap: true }];
}

function movesBlocks(trace: Trace, verbose: boolean): Block[] {
  const { moves, finished } = movesAtWork(trace);
  const block = labelled("Moves", [
    ...optional(movesSentence(moves, verbose ? Infinity : 5)),
    ...optional(notReplaced(moves, verbose ? Infinity : 3)),
    ...(finished === 0 ? [] : [`${counted(finished, "finished pod")} deleted, as kubectl does`]),
  ]);
  const list = verbose
    ? moves.map(({ namespace, name, from, replacement }): Line => {
        const to = !replacement
          ? "not replaced"
          : replacement.node === ""
            ? `${replacement.name}, Pending`
            : `${replacement.name} on ${replacement.node}`;
        return { text: `${namespace}/${name} from ${from === "" ? "no node" : from}: ${to}`, hang: 2 };
      })
    : [];
  return block.map((each) => ({ ...each, lines: [...each.lines, ...list], gap: true }));
}

/** Errors and warnings, the services that go down as one table, and how many notes there are. */
function findingBlocks(verdict: Verdict, verbose: boolean): Block[] {
  const down = outagesIn(verdict);
  const rest = verdict.findings.filter(
    ({ rule, severity }) => rule !== "service-outage" && (verbose || severity !== "info"),
  );
  const table = outageLines(verdict, down, verbose ? Infinity : mostOutages);
  const room = verbose ? Infinity : mostFindings - Math.min(down.length, mostOutages);
  const shown = rest.slice(0, room);
  const blocks: Block[] = shown.map((finding, index) => findingBlock(finding, verbose, index === 0));
  if (rest.length > shown.length)
    blocks.push({
      label: "",
      lines: [{ text: `and ${counted(rest.length - shown.length, "more finding")} (--verbose)` }],
    });
  const notes = verdict.findings.filter(
    ({ severity, rule }) => severity === "info" && rule !== "service-outage",
  );
  if (!verbose && notes.length > 0) blocks.push(notesBlock(notes));
  return table.length > 0 ? [{ label: "Down", lines: table, gap: true }, ...blocks] : blocks;
}

function notesBlock(notes: readonly Finding[]): Block {
  const rules = [...new Set(notes.map(({ rule }) => rule))];
  return {
    label: "notes",
    tone: "info",
    lines: [{ text: `${notes.length}: ${listed(rules, 4)} (--verbose)` }],
  };
}

function closing(input: ScreenInput): Block[] {
  const { trace, verdict, repairs, failOn, next, verbose, last: own = [] } = input;
  const unknown = verbose ? verdict.unknown : verdict.unknown.slice(0, 3);
  const more = verdict.unknown.length - unknown.length;
  const exit = input.exitCode ?? exitCodeOf(verdict, failOn, kindsNotGiven(trace.header.cluster));
  // On a line of its own: a command that is copied must not take it along.
  const last = exit === 0 || next.length === 0 ? next : [...next, exitLine(exit)];
  const blocks = [
    ...labelled("Remains", remainsSentences(repairs, verdict.findings)),
    ...labelled("Assumed", [assumedSentence(trace)]),
    ...labelled("Unknown", [...unknown, ...(more > 0 ? [`and ${more} more (--verbose)`] : [])]),
    ...own,
    ...(last.length === 0 ? [] : [{ label: "Next", lines: last }]),
  ];
  return blocks.map((block, index) => (index === 0 ? { ...block, gap: true } : block));
}

/** What the command exits with, as it stands below what to type next. */
export function exitLine(exitCode: number): Line {
  return { text: `[exit ${exitCode}]`, tone: "quiet" };
}

/**
 * 1 where something at or above the limit was found, else 0. A kind that is not given and may change the verdict
 * counts like a warning: it is no error, and no clean bill either.
 */
export function exitCodeOf(
  { findings }: Pick<Verdict, "findings">,
  failOn: Severity | "never",
  notGiven: readonly Kind[] = [],
): 0 | 1 {
  const rank = { info: 0, warning: 1, error: 2, never: 3 };
  if (notGiven.length > 0 && rank.warning >= rank[failOn]) return 1;
  return findings.some(({ severity, accepted }) => !accepted && rank[severity] >= rank[failOn]) ? 1 : 0;
}

function labelled(label: string, sentences: readonly string[]): Block[] {
  return sentences.length === 0 ? [] : [{ label, lines: sentences.map((text) => ({ text, hang: 2 })) }];
}

function optional(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}
