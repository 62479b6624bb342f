import { humanDuration } from "../lib/duration.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import { table, type Line } from "./layout.ts";
import { counted } from "./words.ts";

/** Longer reasons do not fit behind the numbers: they get lines of their own. */
const widestReason = 56;

/** The services that go down, worst first, and in one line all the others. */
export function outageLines(verdict: Verdict, down: readonly Finding[], most: number): Line[] {
  if (down.length === 0) return [];
  const shown = down.slice(0, most);
  const rows = shown.map((finding) => [
    finding.accepted ? "accepted" : finding.severity === "error" ? "error" : "",
    finding.subject,
    `${String(finding.data["before"])} to 0`,
    outageText(finding),
    "",
  ]);
  const because = shown.map(reasonOf);
  const isNarrow = because.some((text) => text.length > widestReason);
  const [header = "", ...lines] = table(
    [["", "service", "ready", "for", "because"], ...rows],
    [false, false, false, true, false],
    [8, isNarrow ? 42 : 26, 8, 8],
  );
  const hang = header.length - "because".length;
  return [
    { text: isNarrow ? header.slice(0, hang).trimEnd() : header, tone: "quiet" },
    ...lines.flatMap((text, index): Line[] =>
      isNarrow
        ? [{ text }, { text: because[index]!, indent: 7, hang: 2 }]
        : [{ text: text.padEnd(hang) + because[index]!, hang }],
    ),
    ...(down.length > most ? [{ text: `and ${down.length - most} more that go down (--verbose)` }] : []),
    { text: othersSentence(verdict) },
  ];
}

/** How long it is down; an outage that the plan leaves behind has no end. */
function outageText({ data }: Finding): string {
  return data["endsBeforeTheEnd"] === false ? "no end" : humanDuration(Number(data["outageSeconds"]) * 1_000);
}

function reasonOf({ data, message }: Finding): string {
  const also = Array.isArray(data["services"]) ? data["services"].length - 1 : 0;
  const reason = typeof data["because"] === "string" ? data["because"] : message;
  return also > 0 ? `${reason} (${counted(also, "more Service")} of the same pods)` : reason;
}

/** `40 others never 0; 2 of them below what they had, at most 19.6 s` */
export function othersSentence({ services }: Verdict): string {
  const others = services.filter(({ outageMillis, wasDown }) => outageMillis === 0 && !wasDown);
  if (others.length === 0) return "no other service that had a Ready pod";
  const below = others.filter(({ degradedMillis }) => degradedMillis > 0);
  const longest = Math.max(0, ...below.map(({ degradedMillis }) => degradedMillis));
  const start = `${counted(others.length, "other")} never 0`;
  if (below.length === 0) return start;
  return `${start}; ${below.length} of them with fewer pods than before, for at most ${humanDuration(longest)}`;
}
