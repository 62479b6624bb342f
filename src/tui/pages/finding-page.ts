import { plain } from "../../report/escape.ts";
import { counted } from "../../lib/counted.ts";
import type { Finding, Repairs, Severity, Suggestion } from "../../verdict/verdict.ts";
import type { Model } from "../state/model.ts";
import type { Style } from "../theme.ts";
import { blank, eventLine, heading, type Page, type PageLine, whyLines } from "./page.ts";

export const severityStyle: Readonly<Record<Severity, Style>> = {
  error: "errorStrong",
  warning: "warning",
  info: "info",
};

/** More events than this are counted, not shown. */
const mostEvents = 6;

/** One finding: what was judged, what would help, and the events behind it. */
export function findingPage(model: Model, index: number): Page {
  const placed = model.findings[index];
  if (!placed) return { title: "finding", lines: [{ text: "There is no such finding." }] };
  const { finding, time } = placed;
  const { severity, rule, subject, message, details, events, suggestions } = finding;
  const [first] = events;
  return {
    title: rule,
    time,
    lines: [
      {
        mark: severity.padEnd(9),
        markStyle: severityStyle[severity],
        text: plain(`${rule} ${subject}`),
        style: "strong",
      },
      { text: plain(message) },
      ...(finding.accepted
        ? [{ text: "It was accepted beforehand: it does not count.", style: "muted" as const }]
        : []),
      ...(details.length > 0 ? [blank] : []),
      ...details.map((text): PageLine => ({ text: plain(text) })),
      ...ownerLines(finding),
      ...suggestions.flatMap((suggestion, at) => suggestionLines(suggestion, at, model.session.repairs)),
      ...(first === undefined ? [] : [...heading("Why"), ...whyLines(model, first)]),
      ...otherEvents(model, events.slice(1)),
    ],
  };
}

function ownerLines({ owner }: Finding): PageLine[] {
  return owner
    ? [
        {
          text: plain(
            `${owner.who} ${owner.reverts === "unknown" ? "may undo" : owner.reverts} a change of it.`,
          ),
        },
      ]
    : [];
}

function suggestionLines(suggestion: Suggestion, at: number, repairs: Repairs | undefined): PageLine[] {
  const { commands, cost } = suggestion;
  return [
    ...heading(`What would help, ${at + 1}${outcomeOf(suggestion, repairs)}`),
    ...commands.map((text): PageLine => ({ text: `  ${plain(text)}`, style: "strong" })),
    ...(cost === "" ? [] : [{ text: `  ${plain(cost)}`, style: "muted" as const }]),
  ];
}

/** What a rehearsal of the suggestion showed, where there was one. */
function outcomeOf({ commands }: Suggestion, repairs: Repairs | undefined): string {
  const isSame = (other: Suggestion) => other.commands.join("\n") === commands.join("\n");
  if (repairs?.fixes.some(({ suggestion }) => isSame(suggestion))) return " (rehearsed: it helps)";
  return repairs?.failed.some(({ suggestion }) => isSame(suggestion)) ? " (rehearsed: it does not help)" : "";
}

function otherEvents(model: Model, events: readonly number[]): PageLine[] {
  if (events.length === 0) return [];
  return [
    ...heading(`${counted(events.length, "more event")} that ${events.length === 1 ? "shows" : "show"} it`),
    ...events.slice(0, mostEvents).map((number) => eventLine(model, number)),
  ];
}
