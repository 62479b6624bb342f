import { humanDuration } from "../../lib/duration.ts";
import { windowFrom } from "../layout.ts";
import { RowBuilder } from "../row-builder.ts";
import { logList } from "../state/lists.ts";
import { timesBy, type LogEntry, type Tone } from "../state/log-book.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import type { Style, Theme } from "../theme.ts";
import { framed } from "./pane-rows.ts";

/** How an entry is told from the others: by a sign as well as by its colour. */
const tones: Readonly<Record<Tone, { readonly sign: string; readonly style: Style }>> = {
  step: { sign: "#", style: "title" },
  normal: { sign: " ", style: "text" },
  good: { sign: "+", style: "good" },
  warning: { sign: "!", style: "warning" },
  bad: { sign: "x", style: "errorStrong" },
  quiet: { sign: " ", style: "muted" },
};

/** The log up to now, the newest entry last. */
export function logRows(
  model: Model,
  state: TuiState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { entries, begun } = logList(model, state);
  const count = model.countAt(state.time);
  const isFocused = state.focus === "log" && state.pages.length === 0;
  const selected = state.selected.log;
  const from = state.followsLog ? Math.max(0, begun - (height - 1)) : windowFrom(begun, height - 1, selected);
  const rows = entries
    .slice(from, Math.min(begun, from + Math.max(0, height - 1)))
    .map((entry, index) =>
      entryRow(model, entry, count, theme, width, isFocused && from + index === selected),
    );
  const filter = state.filters.log === "" ? "" : `/${state.filters.log}  `;
  const note = `${filter}${begun} of ${entries.length}${state.showsAll ? " events" : ""}`;
  return framed({ theme, width, height, title: "2 log", note, isFocused }, rows);
}

function entryRow(
  model: Model,
  entry: LogEntry,
  count: number,
  theme: Theme,
  width: number,
  isSelected: boolean,
): string {
  const times = timesBy(entry, count);
  const latest = entry.numbers[Math.max(0, times - 1)] ?? 0;
  const { sign, style } = tones[entry.tone];
  const row = new RowBuilder(theme, width);
  const repeated = times > 1 ? ` x${times}` : "";
  row.add("accent", isSelected ? theme.glyphs.pointer : " ");
  row.add("muted", `${humanDuration(entry.time).padStart(8)} `);
  row.add(style, `${sign} `);
  const words = new RowBuilder(theme, Math.max(0, row.room - repeated.length));
  const text = theme.safe(model.log.words(latest));
  words.add(isSelected ? "selected" : style, text);
  const used = row.columns;
  const tail = times > 1 ? new RowBuilder(theme, repeated.length).add("strong", repeated).build() : "";
  return row.to(used).buildOpen() + words.build() + tail;
}
