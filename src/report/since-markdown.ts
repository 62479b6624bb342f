import { escapedMarkdown, findingRow } from "./markdown.ts";
import type { SinceInput } from "./since-screen.ts";
import { counted } from "../lib/counted.ts";
import { moment } from "./words.ts";

const mostFindings = 40;

/** The look afterwards as Markdown, at most 60 lines. */
export function sinceMarkdown({ before, after, findings, oneSided }: SinceInput): string {
  const shown = findings.slice(0, mostFindings);
  const lines = [
    `### ${escapedMarkdown(after.name)} (${moment(after.asOf)}) beside ${escapedMarkdown(before.name)} (${moment(before.asOf)})`,
    "",
    ...(findings.length === 0
      ? ["Nothing that was compared is worse than before."]
      : ["| | rule | subject | what |", "|---|---|---|---|", ...shown.map(findingRow)]),
    ...(findings.length > shown.length
      ? ["", `and ${counted(findings.length - shown.length, "more finding")}`]
      : []),
    ...(oneSided.length > 0 ? ["", `**Not compared:** ${oneSided.join(", ")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
