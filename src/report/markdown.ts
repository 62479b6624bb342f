import { byText, groupBy } from "../lib/order.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import { assumedSentence } from "./assumed.ts";
import { plain } from "./escape.ts";
import { headlineOf } from "./headline.ts";
import { contextSentence, type ScreenInput } from "./screen.ts";
import { counted } from "./words.ts";
import type { Line } from "./layout.ts";

/** A report for a ticket or a pull request has at most so many lines; what is cut is counted. */
const mostLines = 60;
const mostFixes = 3;
const mostUnknown = 5;

export interface MarkdownInput extends ScreenInput {
  /** Sorts the findings into sections: the section of a finding, by a label of what it is about. */
  readonly groupOf?: (finding: Finding) => string;
}

/** The report as Markdown. Text from the cluster is escaped: it can neither format nor link. */
export function markdownReport(input: MarkdownInput): string {
  const { trace, verdict, subject, note } = input;
  const head = [
    `### ${verdict.word}: ${escapedMarkdown(headlineOf(verdict, subject))}`,
    "",
    `> ${escapedMarkdown(contextSentence(trace, note))}`,
  ];
  const tail = [...fixLines(input), ...closingLines(input)];
  const room = mostLines - head.length - tail.length;
  return `${[...head, ...findingLines(input, room), ...tail].join("\n")}\n`;
}

/** A table of findings, worst first, one for each group; what does not fit is counted in one line. */
function findingLines({ verdict, groupOf }: MarkdownInput, room: number): string[] {
  const findings = verdict.findings.filter(({ severity }) => severity !== "info");
  if (findings.length === 0) return ["", "Nothing found at the level of a warning or above."];
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

function fixLines({ repairs }: MarkdownInput): string[] {
  const shown = repairs.fixes.slice(0, mostFixes);
  if (shown.length === 0) return [];
  const blocks = shown.flatMap(({ suggestion }) => [
    "```sh",
    ...suggestion.commands.map(plain),
    "```",
    ...optional(suggestion.cost),
  ]);
  return ["", "**Fixes**, each rehearsed on this snapshot, least harm first:", "", ...blocks];
}

function closingLines({ trace, verdict, next }: MarkdownInput): string[] {
  return [
    "",
    `**Assumed:** ${escapedMarkdown(assumedSentence(trace))}`,
    ...unknownLines(verdict),
    ...(next.length === 0 ? [] : ["", "**Next:**", ...nextLines(next)]),
  ];
}

/** Commands in a block of their own, sentences outside. */
function nextLines(next: readonly Line[]): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const { text, isCommand = false } of next) {
    if (isCommand !== isOpen) lines.push(...(isCommand ? ["", "```sh"] : ["```", ""]));
    else if (!isCommand) lines.push("");
    isOpen = isCommand;
    lines.push(isCommand ? plain(text) : escapedMarkdown(text));
  }
  return isOpen ? [...lines, "```"] : lines;
}

function unknownLines({ unknown }: Verdict): string[] {
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, mostUnknown).map((text) => `- ${escapedMarkdown(text)}`);
  const rest = unknown.length - shown.length;
  return ["", "**Unknown:**", "", ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])];
}

function optional(text: string): string[] {
  return text === "" ? [] : [escapedMarkdown(text)];
}

/** Text that Markdown shows as it is, on one line. */
export function escapedMarkdown(text: string): string {
  return plain(text).replace(/[\\`*_{}[\]<>|~#]/g, "\\$&");
}
