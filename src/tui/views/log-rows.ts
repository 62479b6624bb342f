import { humanDuration } from "../../lib/duration.ts";
import { windowFrom } from "../layout.ts";
import { RowBuilder } from "../row-builder.ts";
import { logList } from "../state/lists.ts";
import { timesBy, type LogEntry, type Tone } from "../state/log-book.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { clip } from "../text.ts";
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

/** How far down the present stands: below it there is room for what comes next. */
const presentShare = 0.7;

/** The log over the whole run: what has happened, the present, and, dimmer, what is still to come. */
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
  const room = Math.max(0, height - 1);
  const from = firstRow(state, entries.length, begun, room);
  const rows: string[] = [];
  for (let at = from; at < from + room && at <= entries.length; at++) {
    if (at === begun) rows.push(presentRow(state.time, theme, width));
    const index = at < begun ? at : at - 1;
    const entry = at === begun ? undefined : entries[index];
    const isSelected = isFocused && index === state.selected.log;
    if (entry) rows.push(entryRow({ model, entry, count, isSelected }, theme, width));
  }
  const filter = state.filters.log === "" ? "" : `/${state.filters.log}  `;
  const note = `${filter}${begun} of ${entries.length}${state.showsAll ? " events" : ""}`;
  return framed({ theme, width, height, title: "2 log", note, isFocused }, rows);
}

/** The first row in sight, of the entries and the row of the present between them. */
function firstRow(state: TuiState, entries: number, begun: number, room: number): number {
  const total = entries + 1;
  if (!state.followsLog) {
    const { log } = state.selected;
    return windowFrom(total, room, log < begun ? log : log + 1);
  }
  return Math.max(0, Math.min(begun - Math.floor(room * presentShare), total - room));
}

function presentRow(time: number, theme: Theme, width: number): string {
  const row = new RowBuilder(theme, width).add("accent", ` ${humanDuration(time).padStart(8)} now `);
  return row.add("muted", theme.glyphs.quiet.repeat(Math.max(0, row.room - 1))).build();
}

interface EntryView {
  readonly model: Model;
  readonly entry: LogEntry;
  /** How many events have happened. */
  readonly count: number;
  readonly isSelected: boolean;
}

function entryRow({ model, entry, count, isSelected }: EntryView, theme: Theme, width: number): string {
  const times = timesBy(entry, count);
  const latest = entry.numbers[Math.max(0, times - 1)] ?? 0;
  const { sign, style } = tones[entry.tone];
  const shown = times === 0 ? "muted" : style;
  const repeated = times > 1 ? ` x${times}` : "";
  const row = new RowBuilder(theme, width);
  row.add("accent", isSelected ? theme.glyphs.pointer : " ");
  row.add("muted", `${humanDuration(entry.time).padStart(8)} `).add(shown, `${sign} `);
  const text = clip(theme.safe(model.log.words(latest)), Math.max(0, row.room - repeated.length));
  row.add(isSelected ? "selected" : shown, text);
  return row
    .to(width - repeated.length)
    .add("strong", repeated)
    .build();
}
