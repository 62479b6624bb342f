import { humanDuration } from "../../lib/duration.ts";
import type { LeavingPod, RunView } from "../../report/run-view.ts";
import { clock } from "../../report/steps.ts";
import { counted } from "../../lib/counted.ts";
import { RowBuilder } from "../row-builder.ts";
import { wrap } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import { framed, mutedRow } from "../views/pane-rows.ts";
import type { RunModel } from "./run-model.ts";

/** What is waited for now, the worst first: questions, pods that are refused and why, pods that stop, rollouts. */
export function nowRows(
  model: RunModel,
  typed: string,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const lines = nowLines(model, typed);
  const rows = lines.flatMap((line) => painted(line, theme, width));
  const room = height - 1;
  const shown = rows.length > room ? rows.slice(0, Math.max(0, room - 1)) : rows;
  const more = rows.length - shown.length;
  const tail =
    more > 0
      ? [mutedRow(theme, width, `${theme.isAscii ? ".." : "…"} ${more} more rows: Enter for the step`)]
      : [];
  const note = podNote(model.moment.view);
  return framed({ theme, width, height, title: "now", isFocused: false, ...(note === "" ? {} : { note }) }, [
    ...shown,
    ...tail,
  ]);
}

/** How many rows it would fill, its rule included. */
export function nowRowsWanted(model: RunModel, typed: string, theme: Theme, width: number): number {
  return 1 + nowLines(model, typed).flatMap((line) => painted(line, theme, width)).length;
}

interface NowLine {
  readonly sign: string;
  readonly style: Style;
  readonly text: string;
}

function nowLines({ moment }: RunModel, typed: string): NowLine[] {
  const { view, question, now } = moment;
  const lines: NowLine[] = [
    ...(question === undefined
      ? []
      : [
          { sign: "?", style: "strong", text: question.trim() } as const,
          { sign: ">", style: "accent", text: `${typed}_` } as const,
        ]),
    ...(view.looking === undefined
      ? []
      : [
          {
            sign: " ",
            style: "muted",
            text: "the cluster is read, and the rest of the plan rehearsed",
          } as const,
        ]),
    ...podLines(view, now),
    ...[...view.words.values()].map((text): NowLine => ({ sign: " ", style: "text", text })),
    ...lookLines(view),
  ];
  return lines.length > 0
    ? lines
    : [{ sign: " ", style: "muted", text: "nothing is waited for but the step itself" }];
}

const rank: Readonly<Record<LeavingPod["state"], number>> = { refused: 0, held: 1, leaving: 2, asked: 3 };

/** The pods of a view in the order in which they matter, each as a line. */
export function podLines(
  view: RunView,
  now: number,
  isShown: (pod: LeavingPod) => boolean = () => true,
): NowLine[] {
  return [...view.pods.values()]
    .filter(isShown)
    .sort((a, b) => rank[a.state] - rank[b.state] || a.since - b.since)
    .map((pod) => podLine(pod, now));
}

function podLine({ pod, state, since, refusals, reason }: LeavingPod, now: number): NowLine {
  const long = humanDuration(Math.floor(Math.max(0, now - since) / 1_000) * 1_000);
  switch (state) {
    case "refused":
      return {
        sign: "!",
        style: "warning",
        text: `${pod} refused ${counted(refusals, "time")}, for ${long}: ${reason}`,
      };
    case "held":
      return { sign: "=", style: "text", text: `${pod} is waited for, not evicted (${reason}), for ${long}` };
    case "leaving":
      return { sign: "x", style: "text", text: `${pod} stops, for ${long}` };
    case "asked":
      return { sign: " ", style: "muted", text: `${pod} is asked to go` };
  }
}

/** What the last look at the whole cluster has found, as far as it is not as it was. */
function lookLines({ look }: RunView): NowLine[] {
  if (!look) return [];
  const end = look.end === undefined ? "" : `, over at ${clock(look.end)}`;
  return [
    ...look.short.map(({ service, ready, before }): NowLine => ({
      sign: "-",
      style: ready === 0 ? "errorStrong" : "warning",
      text: `service ${service} had ${ready} of ${before} pods Ready at ${clock(look.at)}`,
    })),
    { sign: " ", style: "muted", text: `the rest, rehearsed at ${clock(look.at)}: ${look.word}${end}` },
  ];
}

/** How far the drains under way are. */
function podNote({ pods, gone }: RunView): string {
  const left = pods.size;
  const away = [...gone.values()].reduce((sum, count) => sum + count, 0);
  return left + away === 0 ? "" : `${away} of ${counted(left + away, "pod")} gone`;
}

function painted({ sign, style, text }: NowLine, theme: Theme, width: number): string[] {
  return wrap(theme.safe(text), Math.max(8, width - 4)).map((row, index) =>
    new RowBuilder(theme, width)
      .add("text", " ")
      .add(style, index === 0 ? sign : " ")
      .add("text", " ")
      .add(style, row)
      .build(),
  );
}
