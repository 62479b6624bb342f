import { nodeRows, takes } from "./check-rows.ts";
import { checkHeadline, type CheckInput, isManifests } from "./check-screen.ts";
import { escapedMarkdown, findingRow } from "./markdown.ts";
import { counted } from "../lib/counted.ts";
import { moment } from "./words.ts";

const mostNodes = 20;
const mostFindings = 20;

/** The look before maintenance as Markdown, at most 60 lines. */
export function checkMarkdown(input: CheckInput): string {
  const { cluster, findings, unknown } = input;
  const rows = nodeRows(input);
  const louder = findings.filter(({ severity }) => severity !== "info");
  const lines = [
    `### Check of ${escapedMarkdown(cluster.name)}, as of ${moment(cluster.asOf)}`,
    "",
    `**${escapedMarkdown(checkHeadline(input))}**`,
    "",
    ...(isManifests(input)
      ? []
      : ["| node | drain | takes | pods | cpu | memory |", "|---|---|--:|--:|--:|--:|"]),
    ...rows.slice(0, mostNodes).map((row) => {
      const { node, word, pods, requested } = row;
      return `| ${escapedMarkdown(node)} | ${word} | ${escapedMarkdown(takes(row, input.horizon))} | ${pods} | ${requested.cpu} % | ${requested.memory} % |`;
    }),
    ...(rows.length > mostNodes ? ["", `and ${counted(rows.length - mostNodes, "more node")}`] : []),
    "",
    "| | rule | subject | what |",
    "|---|---|---|---|",
    ...louder.slice(0, mostFindings).map(findingRow),
    ...(louder.length > mostFindings
      ? ["", `and ${counted(louder.length - mostFindings, "more finding")}`]
      : []),
    ...(unknown.length > 0 ? ["", `**Unknown:** ${escapedMarkdown(unknown.slice(0, 3).join("; "))}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
