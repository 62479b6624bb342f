import { byText, groupBy } from "../lib/order.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import type { Trace } from "../trace/trace.ts";
import { assumedSentence } from "./assumed.ts";
import { plain } from "./escape.ts";
import { ownerLines, resultSentence } from "./fixes.ts";
import { headlineOf } from "./headline.ts";
import type { Block, Line } from "./layout.ts";
import { movesAtWork, movesSentence, notReplaced } from "./moves.ts";
import { kindsNotGiven } from "./not-given.ts";
import { outageRows, outagesIn } from "./outages.ts";
import { reactionLines } from "./reacts.ts";
import { remainsSentences } from "./remains.ts";
import { contextSentence, type ScreenInput } from "./screen.ts";
import { counted } from "../lib/counted.ts";

/** A report for a ticket or a pull request has at most so many lines; what is cut is counted. */
const mostLines = 60;
const mostFixes = 3;
const mostUnknown = 5;
const mostOutages = 6;
const mostLeadLines = 5;
/** Findings have room for as many lines as these, whatever the fixes take. */
const roomForFindings = 12;

export interface MarkdownInput extends ScreenInput {
  /** Sorts the findings into sections: the section of a finding, by a label of what it is about. */
  readonly groupOf?: (finding: Finding) => string;
}

/** The report as Markdown. Text from the cluster is escaped: it can neither format nor link. */
export function markdownReport(input: MarkdownInput): string {
  const { trace, verdict, subject, note, groupOf } = input;
  const head = [
    `### ${verdict.word}: ${escapedMarkdown(headlineOf(verdict, subject, trace))}`,
    "",
    `> ${escapedMarkdown(contextSentence(trace, note))}`,
    ...leadLines(input.lead ?? []),
    ...movesLines(trace),
    ...(groupOf ? [] : downLines(verdict)),
  ];
  const closing = closingLines(input);
  const wanted = Math.min(roomForFindings, findingLines(input, Infinity).length);
  const fixes = fixLines(input, mostLines - head.length - closing.length - wanted);
  const room = mostLines - head.length - fixes.length - closing.length;
  return `${[...head, ...findingLines(input, room), ...fixes, ...closing].join("\n")}\n`;
}

/** What belongs to one command: the flags that were added, the ways that were compared. */
function leadLines(blocks: readonly Block[]): string[] {
  return blocks
    .filter(({ label }) => label !== "kubectl")
    .flatMap(({ label, lines }) => {
      const [first, ...rest] = lines.map(({ text }) => escapedMarkdown(text.trim()));
      const shown = rest.slice(0, mostLeadLines);
      const more = rest.length - shown.length;
      return [
        "",
        `**${label}:** ${first ?? ""}`,
        ...(shown.length > 0 ? ["", ...shown.map((text) => `- ${text}`)] : []),
        ...(more > 0 ? [`- and ${counted(more, "more line")}`] : []),
      ];
    });
}

function movesLines(trace: Trace): string[] {
  const { moves } = movesAtWork(trace);
  const sentences = [movesSentence(moves, 5), notReplaced(moves, 3)].filter((text) => text !== undefined);
  return sentences.length === 0 ? [] : ["", `**Moves:** ${escapedMarkdown(sentences.join("; "))}`];
}

/** The Services that go down as a table, and how many others do not. */
function downLines(verdict: Verdict): string[] {
  const down = outagesIn(verdict);
  if (down.length === 0) return [];
  const { shown, sum, others } = outageRows(verdict, down, mostOutages);
  return [
    "",
    "| down | service | ready | for | because |",
    "|---|---|---|--:|---|",
    ...shown.map((cells) => `| ${cells.map(escapedMarkdown).join(" | ")} |`),
    "",
    escapedMarkdown([...sum, others].join("; ")),
  ];
}

/** A table of findings, worst first, one for each group; what does not fit is counted in one line. */
function findingLines({ verdict, groupOf }: MarkdownInput, room: number): string[] {
  const louder = verdict.findings.filter(({ severity }) => severity !== "info");
  if (louder.length === 0) return ["", "Nothing found at the level of a warning or above."];
  const down = groupOf ? [] : outagesIn(verdict);
  const findings = louder.filter((finding) => !down.includes(finding));
  const groups = groupOf
    ? [...groupBy(findings, groupOf)].sort(([a], [b]) => byText(a, b))
    : [["", findings] as const];
  const lines: string[] = [];
  let left = findings.length;
  for (const [name, list] of groups) {
    const title = name === "" ? [] : ["", `**${escapedMarkdown(name)}**`];
    const rows = list.slice(0, Math.max(0, room - lines.length - title.length - 5));
    if (rows.length === 0) break;
    lines.push(...title, "", "| | rule | subject | what |", "|---|---|---|---|", ...rows.map(findingRow));
    left -= rows.length;
  }
  return left === 0
    ? lines
    : [...lines, "", `… and ${counted(left, "more finding")}: see the text or JSON report.`];
}

/** A finding as a row of a table. */
export function findingRow({ severity, rule, subject, message, accepted }: Finding): string {
  const what = accepted ? `accepted: ${message}` : message;
  return `| ${severity} | \`${rule}\` | ${escapedMarkdown(subject)} | ${escapedMarkdown(what)} |`;
}

/** What helps: the commands, what comes of them, and who may undo it. What there is no room for is counted. */
function fixLines({ repairs, verdict, trace }: MarkdownInput, room: number): string[] {
  const { fixes, together } = repairs;
  const notGiven = kindsNotGiven(trace.header.cluster);
  const lines: string[] = [];
  let left = fixes.length;
  for (const fix of fixes.slice(0, mostFixes)) {
    const block = [
      "",
      "```sh",
      ...fix.suggestion.commands.map(plain),
      "```",
      "",
      escapedMarkdown(
        [resultSentence(fix, notGiven), ...ownerLines(fix, verdict.findings).map(({ text }) => text)].join(
          " ",
        ),
      ),
    ];
    // Beside it stand the title, and at most two sentences on what is cut and on all together.
    if (lines.length + block.length + 6 > room) break;
    lines.push(...block);
    left--;
  }
  if (fixes.length === 0) return [];
  return [
    "",
    "**Fixes**, each rehearsed on this snapshot, least harm first:",
    ...lines,
    ...(left > 0
      ? ["", `… and ${counted(left, "more fix", "more fixes")}: see the text or JSON report.`]
      : []),
    ...(together
      ? ["", `The first for each error, together: ${escapedMarkdown(resultSentence(together, notGiven))}`]
      : []),
  ];
}

function closingLines({ trace, verdict, repairs, next }: MarkdownInput): string[] {
  const remains = remainsSentences(repairs, verdict.findings);
  return [
    ...(remains.length === 0 ? [] : ["", `**Remains:** ${escapedMarkdown(remains.join("; "))}`]),
    "",
    ...reactionsLine(trace),
    `**Assumed:** ${escapedMarkdown(assumedSentence(trace))}`,
    ...unknownLines(verdict),
    ...(next.length === 0 ? [] : ["", "**Next:**", ...nextLines(next)]),
  ];
}

/** More reactions than this are counted. */
const mostReactions = 8;

function reactionsLine(trace: Trace): readonly string[] {
  const lines = reactionLines(trace, mostReactions);
  return lines.length === 0 ? [] : [`**Reacts:** ${escapedMarkdown(lines.join("; "))}`, ""];
}

/** Commands in a block of their own, sentences outside. */
function nextLines(next: readonly Line[]): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const { text, isCommand = false } of next) {
    if (isCommand !== isOpen) lines.push(...(isCommand ? ["", "```sh"] : ["```", ""]));
    else if (!isCommand) lines.push("");
    isOpen = isCommand;
    lines.push(isCommand ? plain(text) : escapedMarkdown(text.replace(/^# /, "")));
  }
  return isOpen ? [...lines, "```"] : lines;
}

function unknownLines({ unknown }: Verdict): string[] {
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, mostUnknown).map((text) => `- ${escapedMarkdown(text)}`);
  const rest = unknown.length - shown.length;
  return ["", "**Unknown:**", "", ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])];
}

/** Text that Markdown shows as it is, on one line. */
export function escapedMarkdown(text: string): string {
  return plain(text).replace(/[\\`*_{}[\]<>|~#]/g, "\\$&");
}
