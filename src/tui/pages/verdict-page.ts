import { humanDuration } from "../../lib/duration.ts";
import { assumedSentence } from "../../report/assumed.ts";
import { counted } from "../../lib/counted.ts";
import { moment } from "../../report/words.ts";
import type { NodeDrainReport, Verdict, Word } from "../../verdict/verdict.ts";
import type { Model } from "../state/model.ts";
import type { Style } from "../theme.ts";
import { heading, type Page, type PageLine } from "./page.ts";

/** More Pending pods than this are counted, not shown. */
const mostPending = 12;

export const wordStyle: Readonly<Record<Word, Style>> = {
  FINISHES: "badgeGood",
  HURTS: "badgeWarning",
  HANGS: "badgeError",
  REFUSES: "badgeError",
  STOPS: "badgeError",
};

/** What came of the rehearsal as a whole, what it rests on, and what it does not know. */
export function verdictPage(model: Model): Page {
  const { verdict, headline = "", trace } = model.session;
  return {
    title: "verdict",
    lines: [
      { mark: ` ${verdict.word} `, markStyle: wordStyle[verdict.word], text: headline, style: "strong" },
      ...clockLines(verdict),
      ...sourceLines(model),
      ...drainLines(model),
      ...pendingLines(verdict),
      ...fixLines(model),
      ...heading("Assumed"),
      { text: assumedSentence(trace) },
      ...heading("Not known, and it may matter"),
      ...(verdict.unknown.length === 0 ? [{ text: "Nothing that Seatrial knows of." }] : []),
      ...verdict.unknown.map((text): PageLine => ({ text })),
    ],
  };
}

/** Two clocks: when the client is done, and when everything stands again. */
function clockLines({ clientMillis, settledMillis }: Verdict): PageLine[] {
  return [
    {
      text:
        clientMillis === undefined
          ? "The client never returns."
          : `The client returns after ${humanDuration(clientMillis)}.`,
    },
    {
      text:
        settledMillis === undefined
          ? "Not every pod that moved is Ready again at the end."
          : `Every pod that moved is Ready again after ${humanDuration(settledMillis)}.`,
    },
  ];
}

function sourceLines({ session, title }: Model): PageLine[] {
  const { cluster, seed, luck, version, factsAsOf } = session.trace.header;
  const { Node, Pod } = cluster.objects;
  const of = cluster.version === "" ? cluster.name : `${cluster.name}, ${cluster.version}`;
  return [
    ...heading("Of what"),
    { text: `${title}: a rehearsal, nothing was touched.` },
    {
      text: `${of}, ${counted(Node.length, "node")}, ${counted(Pod.length, "pod")}, as of ${moment(cluster.asOf)}`,
    },
    { text: `seed ${seed}, ${luck} durations, Seatrial ${version}, facts of ${factsAsOf}`, style: "muted" },
  ];
}

const outcomes: Readonly<
  Record<NodeDrainReport["outcome"], { readonly word: string; readonly style: Style }>
> = {
  drained: { word: "drained", style: "good" },
  refused: { word: "refused", style: "error" },
  failed: { word: "failed", style: "error" },
  hanging: { word: "hangs", style: "error" },
  unfinished: { word: "not over", style: "warning" },
  notReached: { word: "no turn", style: "muted" },
};

function drainLines({ session: { verdict } }: Model): PageLine[] {
  if (verdict.drains.length === 0) return [];
  return [
    ...heading(counted(verdict.drains.length, "drain")),
    ...verdict.drains.map(({ outcome, node, startedAt, endedAt, evicted, remaining }): PageLine => {
      const took = endedAt === undefined ? "" : `, took ${humanDuration(endedAt - startedAt)}`;
      const left = remaining.length === 0 ? "" : `, ${remaining.length} still there`;
      const course = `at ${humanDuration(startedAt)}${took}, ${counted(evicted, "pod")}${left}`;
      return {
        mark: outcomes[outcome].word.padEnd(8),
        markStyle: outcomes[outcome].style,
        text: outcome === "notReached" ? node : `${node}  ${course}`,
        target: { kind: "node", node },
        ...(outcome === "notReached" ? {} : { time: startedAt }),
      };
    }),
  ];
}

function pendingLines({ pending }: Verdict): PageLine[] {
  if (pending.length === 0) return [];
  const rest = pending.length - mostPending;
  return [
    ...heading(`${counted(pending.length, "pod")} without a node at the end`),
    ...pending.slice(0, mostPending).map(({ name, message }): PageLine => ({ text: `${name}: ${message}` })),
    ...(rest > 0 ? [{ text: `and ${rest} more`, style: "muted" as const }] : []),
  ];
}

function fixLines({ session: { repairs } }: Model): PageLine[] {
  if (!repairs || repairs.fixes.length === 0) return [];
  return [
    ...heading("What would help, each rehearsed, least harm first"),
    ...repairs.fixes.flatMap(({ suggestion, verdict }): PageLine[] => [
      ...suggestion.commands.map((text): PageLine => ({ text: `  ${text}`, style: "strong" })),
      { text: `  then it ${verdict.word}. ${suggestion.cost}`.trimEnd(), style: "muted" },
    ]),
  ];
}
