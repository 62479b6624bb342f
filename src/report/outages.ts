import { humanDuration } from "../lib/duration.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import { isDown } from "./down.ts";
import { table, type Line } from "./layout.ts";
import { counted } from "../lib/counted.ts";

/** Longer reasons do not fit behind the numbers: they get lines of their own. */
const widestReason = 56;

/** The columns of a screen's text at its narrowest, and the least of them that a reason needs beside the numbers. */
const textColumns = 70;

/** The findings that the table of outages is about: it tells them, and no other part of a report has to. */
export function outagesIn({ findings }: Pick<Verdict, "findings">): Finding[] {
  return findings.filter(({ rule }) => rule === "service-outage");
}

/** The rows of the table, worst first, each with its reason last; how they add up; and what all the others do. */
export function outageRows(
  verdict: Verdict,
  down: readonly Finding[],
  most: number,
): {
  readonly shown: readonly (readonly string[])[];
  readonly sum: readonly string[];
  readonly others: string;
} {
  const sorted = worstFirst(down);
  const shown = sorted.slice(0, most);
  const rows = shown.map((finding) => [
    finding.accepted ? "accepted" : finding.severity === "error" ? "error" : "",
    finding.subject,
    `${String(finding.data["before"])} to 0`,
    outageText(finding),
    reasonOf(finding),
  ]);
  return { shown: rows, sum: sumOf(verdict, shown, sorted.slice(most)), others: othersSentence(verdict) };
}

/** The services that go down, worst first, and in one line all the others. */
export function outageLines(verdict: Verdict, down: readonly Finding[], most: number): Line[] {
  if (down.length === 0) return [];
  const { shown, sum, others } = outageRows(verdict, down, most);
  const because = shown.map((cells) => cells.at(-1)!);
  const lines = (widestName: number) =>
    table(
      [["", "service", "ready", "for", "because"], ...shown.map((cells) => [...cells.slice(0, -1), ""])],
      [false, false, false, true, false],
      [8, widestName, 8, 8],
    );
  const [wide = ""] = lines(26);
  const room = textColumns - (wide.length - "because".length);
  const longestWord = Math.max(...because.flatMap((text) => text.split(" ").map((word) => word.length)));
  const isNarrow = longestWord > room || because.some((text) => text.length > widestReason);
  const [header = "", ...body] = lines(isNarrow ? 42 : 26);
  const hang = header.length - "because".length;
  return [
    { text: isNarrow ? header.slice(0, hang).trimEnd() : header, tone: "quiet" },
    ...body.flatMap((text, index): Line[] =>
      isNarrow
        ? [{ text }, { text: because[index]!, indent: 7, hang: 2 }]
        : [{ text: text.padEnd(hang) + because[index]!, hang }],
    ),
    ...sum.map((text) => ({ text, hang: 2 })),
    { text: others },
  ];
}

/** By severity, what is accepted last and what is critical first; then by length, what has no end first. */
function worstFirst(down: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, info: 2 };
  const severity = (each: Finding) => (each.accepted ? 3 : rank[each.severity]);
  const length = ({ data }: Finding) =>
    data["endsBeforeTheEnd"] === false ? Infinity : Math.round(10 * Number(data["outageSeconds"]));
  const longerFirst = (a: number, b: number) => (a === b ? 0 : b - a);
  return [...down].sort(
    (a, b) =>
      severity(a) - severity(b) ||
      Number(b.critical ?? false) - Number(a.critical ?? false) ||
      longerFirst(length(a), length(b)),
  );
}

/** How the rows come to the number in the headline: `6 + 1 of the same pods + 23 more = 30 of 31 Services`. */
function sumOf({ services }: Verdict, shown: readonly Finding[], hidden: readonly Finding[]): string[] {
  const all = services.filter(isDown).length;
  const count = (findings: readonly Finding[]) => findings.reduce((sum, each) => sum + servicesOf(each), 0);
  const same = count(shown) - shown.length;
  const more = count(hidden);
  const elsewhere = all - count(shown) - more;
  if (same === 0 && more === 0 && elsewhere <= 0) return [];
  const parts = [
    `${shown.length}`,
    ...(same > 0 ? [`${same} of the same pods`] : []),
    ...(more > 0 ? [`${more} more (--verbose)`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} told below`] : []),
  ];
  const judged = services.filter(({ wasDown }) => !wasDown).length;
  return [`${parts.join(" + ")} = ${all} of ${counted(judged, "Service")}`];
}

function servicesOf({ data }: Finding): number {
  return Array.isArray(data["services"]) ? data["services"].length : 1;
}

/** How long it is down; an outage that the plan leaves behind has no end, or none that is known. */
function outageText({ data }: Finding): string {
  if (data["isEndKnown"] === false) return "unknown";
  return data["endsBeforeTheEnd"] === false ? "no end" : humanDuration(Number(data["outageSeconds"]) * 1_000);
}

function reasonOf({ data, message }: Finding): string {
  const also = Array.isArray(data["services"]) ? data["services"].length - 1 : 0;
  const reason = typeof data["because"] === "string" ? data["because"] : message;
  return also > 0 ? `${reason} (${counted(also, "more Service")} of the same pods)` : reason;
}

/** `40 others never 0; 2 of them below what they had, at most 19.6 s` */
export function othersSentence({ services }: Verdict): string {
  const others = services.filter((each) => !isDown(each) && !each.wasDown);
  if (others.length === 0) return "no other service that had a Ready pod";
  const below = others.filter(({ degradedMillis }) => degradedMillis > 0);
  const longest = Math.max(0, ...below.map(({ degradedMillis }) => degradedMillis));
  const start = `${counted(others.length, "other")} never 0`;
  if (below.length === 0) return start;
  const which =
    others.length === 1
      ? ", with"
      : `; ${below.length === others.length ? "all" : below.length} of them with`;
  return `${start}${which} fewer pods than before, for at most ${humanDuration(longest)}`;
}
