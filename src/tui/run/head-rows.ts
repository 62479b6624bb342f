import { humanDuration } from "../../lib/duration.ts";
import type { RunForecast } from "../../report/run-rows.ts";
import { RowBuilder } from "../row-builder.ts";
import { clipMiddle, columnsOf } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import type { RunModel } from "./run-model.ts";

/** Whose run this is and how long it has been under way; below it, how it stands against what was predicted. */
export function headRows(model: RunModel, theme: Theme, width: number): string[] {
  const { moment, forecast } = model;
  const end = forecast.end === undefined ? "" : ` of ${humanDuration(forecast.end)}`;
  const clock = `${humanDuration(Math.floor(moment.now / 1_000) * 1_000)}${end}`;
  const row = new RowBuilder(theme, width).add("badgeWarning", " RUN ").add("text", " ");
  const room = width - row.columns - columnsOf(clock) - 2;
  const context = theme.safe(moment.context);
  const title = theme.safe(moment.title);
  const titleColumns = Math.min(
    columnsOf(title),
    Math.max(room - columnsOf(context) - 2, Math.ceil(room / 2)),
  );
  row.add("strong", clipMiddle(context, Math.max(0, room - titleColumns - 2)));
  row.add("text", "  ").add("text", clipMiddle(title, titleColumns));
  row.to(width - columnsOf(clock) - 1).add("strong", clock);
  const { word, style, sentence } = stateOf(model);
  const state = new RowBuilder(theme, width).add(style, ` ${word} `).add("text", " ");
  return [row.build(), state.add("text", theme.safe(sentence)).build()];
}

interface StateWords {
  readonly word: string;
  readonly style: Style;
  readonly sentence: string;
}

/** The one thing that matters most now. */
function stateOf({ moment, forecast }: RunModel): StateWords {
  const { view, question, now } = moment;
  if (view.stopping !== undefined)
    return {
      word: "STOPPING",
      style: "badgeError",
      sentence: "Nothing new is sent; answers are waited for. ctrl-C again: at once.",
    };
  if (question !== undefined)
    return { word: "ASKS", style: "badgeWarning", sentence: "It waits for your answer, below." };
  if (view.silent)
    return {
      word: "NO ANSWER",
      style: "badgeError",
      sentence: `from the API server for ${humanDuration(wholeSince(view.silent.since, now))}: ${view.silent.message}`,
    };
  return paceOf(forecast, now);
}

function wholeSince(since: number, now: number): number {
  return Math.floor(Math.max(0, now - since) / 1_000) * 1_000;
}

/** A few seconds, or a tenth of what is over, are no news. */
const slackMillis = 3_000;

function paceOf({ end, differs }: RunForecast, now: number): StateWords {
  if (end === undefined)
    return { word: "UNDER WAY", style: "badge", sentence: "The last rehearsal of it saw no end." };
  const ends = `By what is known now it ends after ${humanDuration(end)}`;
  if (differs === undefined) return { word: "UNDER WAY", style: "badge", sentence: `${ends}.` };
  const sentence =
    differs === 0
      ? `${ends}.`
      : `${ends}, ${humanDuration(Math.abs(differs))} ${differs > 0 ? "later" : "earlier"}.`;
  if (Math.abs(differs) <= Math.max(slackMillis, now / 10))
    return { word: "AS PREDICTED", style: "badgeGood", sentence };
  return differs > 0
    ? { word: "LATE", style: "badgeWarning", sentence }
    : { word: "EARLY", style: "badgeGood", sentence };
}
