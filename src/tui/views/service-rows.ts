import { windowFrom } from "../layout.ts";
import { RowBuilder } from "../row-builder.ts";
import { serviceList } from "../state/lists.ts";
import type { Model, ServiceRow } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { columnOf } from "../state/time-axis.ts";
import { clipRef, columnsOf, fit } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import { filterNote, framed, mutedRow } from "./pane-rows.ts";
import type { StripCache, StripCell } from "./service-strip.ts";

/** The Services, worst first: each with its Ready pods over the whole run, and now. */
export function serviceRows(
  model: Model,
  state: TuiState,
  theme: Theme,
  strips: StripCache,
  width: number,
  height: number,
): string[] {
  const list = serviceList(model, state);
  const isFocused = state.focus === "services" && state.pages.length === 0;
  const selected = isFocused ? state.selected.services : -1;
  const columns = partsOf(list, width);
  const from = windowFrom(list.length, height - 2, state.selected.services);
  const visible = list.slice(from, from + Math.max(0, height - 2));
  const rows = visible.map((row, index) =>
    serviceRow(model, state, theme, strips, width, columns, row, from + index === selected),
  );
  const body =
    list.length === 0
      ? [mutedRow(theme, width, model.services.length === 0 ? "There are no Services." : "None matches.")]
      : [nowRow(model, state, theme, width, columns), ...rows];
  const note = noteOf(model, state, list.length);
  return framed({ theme, width, height, title: "3 services", note, isFocused }, body);
}

interface Parts {
  readonly name: number;
  readonly strip: number;
  readonly count: number;
}

/** Pointer, sign and a blank. */
const markWidth = 3;

function partsOf(list: readonly ServiceRow[], width: number): Parts {
  let longest = 4;
  let widest = 3;
  for (const { availability } of list) {
    longest = Math.max(longest, columnsOf(availability.service));
    widest = Math.max(widest, 2 * String(availability.before).length + 1);
  }
  const name = Math.min(longest, Math.max(10, Math.floor(width * 0.42)));
  return { name, count: widest, strip: Math.max(0, width - markWidth - name - 1 - 1 - widest) };
}

/** Where the playhead is, above the strips. */
function nowRow(
  { axis }: Model,
  { time }: TuiState,
  theme: Theme,
  width: number,
  { name, strip }: Parts,
): string {
  const column = columnOf(axis, time, strip);
  const row = new RowBuilder(theme, width).to(markWidth + name + 1);
  const label = "now ";
  if (column >= label.length) row.to(markWidth + name + 1 + column - label.length).add("muted", label);
  row.to(markWidth + name + 1 + column).add("accent", theme.glyphs.now);
  return row.build();
}

function serviceRow(
  model: Model,
  { time }: TuiState,
  theme: Theme,
  strips: StripCache,
  width: number,
  parts: Parts,
  { availability, timeline }: ServiceRow,
  isSelected: boolean,
): string {
  const { service, before, wasDown } = availability;
  const ready = timeline.findLast(({ from }) => from <= time)?.value ?? before;
  const row = new RowBuilder(theme, width);
  const { sign, style } = standing(ready, before, wasDown);
  row.add("accent", isSelected ? theme.glyphs.pointer : " ");
  row.add(style, `${sign} `);
  row.add(
    isSelected ? "selected" : wasDown ? "muted" : "text",
    fit(clipRef(theme.safe(service), parts.name), parts.name),
  );
  row.add("text", " ");
  const cells = strips.get(service, timeline, before, model.axis, parts.strip);
  const now = columnOf(model.axis, time, parts.strip);
  cells.forEach((cell, column) => addCell(row, theme, cell, column <= now));
  row.add("text", " ").add(style, `${ready}/${before}`.padStart(parts.count));
  return row.build();
}

function standing(
  ready: number,
  before: number,
  wasDown: boolean,
): { readonly sign: string; readonly style: Style } {
  if (wasDown) return { sign: " ", style: "muted" };
  if (ready === 0) return { sign: "x", style: "errorStrong" };
  return ready < before ? { sign: "-", style: "warning" } : { sign: " ", style: "muted" };
}

function addCell(row: RowBuilder, { glyphs }: Theme, cell: StripCell, isPast: boolean): void {
  if (cell === undefined) row.add("muted", glyphs.never);
  else if (cell === 0) row.add("outage", glyphs.outage);
  else if (cell === 1) row.add(isPast ? "podReady" : "muted", isPast ? glyphs.played : glyphs.ahead);
  else row.add("degraded", glyphs.levels[Math.floor(cell * glyphs.levels.length)] ?? "");
}

/** How many are down now, and how many are at any time. */
function noteOf({ services }: Model, { filters, time }: TuiState, shown: number): string {
  const ever = services.filter(({ availability }) => availability.outages.length > 0).length;
  const now = services.filter(({ availability }) =>
    availability.outages.some(({ from, to, ended }) => from <= time && (time < to || ended === undefined)),
  ).length;
  const down = ever === 0 ? "none down at any time" : `${now} down now, ${ever} at some time`;
  return filters.services === ""
    ? `${down}, of ${services.length}`
    : filterNote(filters.services, shown, services.length);
}
