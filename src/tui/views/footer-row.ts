import { humanDuration } from "../../lib/duration.ts";
import { type Binding, type Command, keymap } from "../keymap.ts";
import { RowBuilder } from "../row-builder.ts";
import type { Model } from "../state/model.ts";
import { rateAt } from "../state/playback.ts";
import type { TuiState } from "../state/state.ts";
import { quietAt } from "../state/time-axis.ts";
import { columnsOf } from "../text.ts";
import type { Theme } from "../theme.ts";

/** Whether it plays and how fast, then the keys that matter here, or what the last key came to. */
export function footerRow(model: Model, state: TuiState, theme: Theme, width: number): string {
  const row = new RowBuilder(theme, width);
  if (state.isTyping) {
    row.add("accent", ` /${theme.safe(state.filters[state.focus])}_`);
    return row.add("muted", "  Enter keeps the filter, Esc takes it away").build();
  }
  row.add(state.isPlaying ? "good" : "strong", state.isPlaying ? " playing" : " paused");
  row.add("muted", ` x${rateWords(rateAt(model.axis, state.speed, state.time))}`);
  const quiet = quietAt(model.axis, state.time);
  if (quiet) row.add("warning", `  quiet until ${humanDuration(quiet.to)}`);
  if (state.notice !== "") return row.add("text", "  ").add("warning", state.notice).build();
  return addHints(row.add("text", " "), state, theme).build();
}

/** Times as fast as real: three digits at most, one decimal below ten. */
export function rateWords(rate: number): string {
  if (rate >= 10_000) return `${Math.round(rate / 1_000)}k`;
  if (rate >= 9.95) return String(Math.round(rate));
  return rate >= 0.95 ? rate.toFixed(1).replace(/\.0$/, "") : rate.toFixed(2);
}

/** In the order in which they are given up where the room is short: the last ones first. */
const importance: readonly Command[] = [
  "help",
  "quit",
  "playPause",
  "open",
  "back",
  "stepForward",
  "nextFinding",
  "nextPane",
  "filter",
];

function addHints(row: RowBuilder, state: TuiState, theme: Theme): RowBuilder {
  const all = keymap.flatMap(({ bindings }) => bindings);
  const isUseful = (command: Command) =>
    state.pages.length > 0 ? command !== "filter" && command !== "nextPane" : command !== "back";
  const chosen = new Set<Command>();
  let room = row.room;
  for (const command of importance) {
    const binding = all.find((each) => each.command === command);
    if (!binding || !isUseful(command)) continue;
    const columns = columnsOf(hintOf(binding, state, theme).join(" ")) + 2;
    if (columns > room) continue;
    room -= columns;
    chosen.add(command);
  }
  for (const binding of all) {
    if (!chosen.has(binding.command)) continue;
    const [key, hint] = hintOf(binding, state, theme);
    row.add("text", " ").add("accent", key).add("muted", ` ${hint} `);
  }
  return row;
}

function hintOf(
  { command, label, hint = "" }: Binding,
  { isPlaying }: TuiState,
  { glyphs }: Theme,
): readonly [string, string] {
  if (command === "stepForward") return [glyphs.arrows, hint];
  return [label, command === "playPause" && isPlaying ? "pause" : hint];
}
