import { humanDuration } from "../../lib/duration.ts";
import { length, type RowSpan, type RunRow } from "../../report/run-rows.ts";
import { signed } from "../../report/run-table.ts";
import { windowFrom } from "../layout.ts";
import { RowBuilder } from "../row-builder.ts";
import { clipMiddle, columnsOf, fitRight } from "../text.ts";
import type { Style, Theme } from "../theme.ts";
import { framed } from "../views/pane-rows.ts";
import { isOpen, type RunModel, selectedRow } from "./run-model.ts";
import type { RunState } from "./run-state.ts";

/** The steps of the plan on one timeline: what was predicted, and on it what really is. */
export function stepRows(
  model: RunModel,
  state: RunState,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const { rows, moment } = model;
  const isFocused = state.focus === "steps" && !state.page;
  const columns = columnsIn(rows, width);
  const axis = axisOf(model, columns.bar);
  const at = selectedRow(model, state);
  const room = Math.max(0, height - 2);
  const from = windowFrom(rows.length, room, at);
  const lines = rows.slice(from, from + room).map((row, index) => {
    const view = { row, columns, axis, now: moment.now, isSelected: from + index === at };
    return stepRow(view, theme, width);
  });
  const done = rows.filter(({ depth, real }) => depth === 0 && real?.to !== undefined).length;
  const all = rows.filter(({ depth }) => depth === 0).length;
  const frame = { theme, width, height, title: "steps", note: `${done} of ${all} over`, isFocused };
  return framed(frame, [headRow(columns, axis, theme, width), ...lines]);
}

/** How many rows they fill, with the rule and the line of headings. */
export function stepRowsWanted({ rows }: RunModel): number {
  return rows.length + 2;
}

interface Columns {
  readonly name: number;
  readonly took: number;
  readonly differs: number;
  readonly bar: number;
}

const markColumns = 3;

function columnsIn(rows: readonly RunRow[], width: number): Columns {
  let longest = 8;
  for (const { name, depth } of rows) longest = Math.max(longest, columnsOf(name) + 2 * depth);
  const name = Math.min(longest, Math.floor(width * 0.34));
  const [took, differs] = [9, 8];
  return { name, took, differs, bar: Math.max(8, width - markColumns - name - 2 * took - differs - 2) };
}

interface Axis {
  /** Milliseconds. */
  readonly end: number;
  readonly columns: number;
  readonly now: number;
}

function axisOf({ all, forecast, moment }: RunModel, columns: number): Axis {
  let end = Math.max(forecast.end ?? 0, moment.now, 1_000);
  for (const { predicted, real } of all) end = Math.max(end, predicted?.to ?? 0, real?.to ?? 0);
  return { end, columns, now: moment.now };
}

function columnAt({ end, columns }: Axis, time: number): number {
  return Math.min(columns - 1, Math.floor((time / end) * columns));
}

function headRow(columns: Columns, axis: Axis, theme: Theme, width: number): string {
  const row = new RowBuilder(theme, width).to(markColumns + columns.name);
  row
    .add("muted", fitRight("predicted", columns.took + 1).slice(1))
    .add("muted", fitRight("real", columns.took));
  row.add("muted", fitRight("differs", columns.differs)).add("text", "  ");
  const start = row.columns;
  const end = humanDuration(Math.ceil(axis.end / 1_000) * 1_000);
  const mark = columnAt(axis, axis.now);
  row.add("muted", "0 s").to(start + mark);
  if (row.columns === start + mark) row.add("strong", theme.glyphs.now);
  const tail = start + columns.bar - columnsOf(end);
  return (row.columns < tail ? row.to(tail).add("muted", end) : row).build();
}

interface StepView {
  readonly row: RunRow;
  readonly columns: Columns;
  readonly axis: Axis;
  readonly now: number;
  readonly isSelected: boolean;
}

function stepRow(
  { row: step, columns, axis, now, isSelected }: StepView,
  theme: Theme,
  width: number,
): string {
  const { name, depth, predicted, real, differs } = step;
  const { sign, style } = signOf(step, theme);
  const row = new RowBuilder(theme, width);
  row
    .add("accent", isSelected ? theme.glyphs.pointer : " ")
    .add(style, sign)
    .add("text", " ");
  const shown = clipMiddle(theme.safe(name), Math.max(0, columns.name - 2 * depth));
  const words: Style = isSelected ? "selected" : isOpen(step) ? "strong" : real ? "text" : "muted";
  row
    .add("text", "  ".repeat(depth))
    .add(words, shown)
    .to(markColumns + columns.name);
  row.add("muted", fitRight(tookOf(predicted, 0), columns.took));
  row.add(isOpen(step) ? "strong" : "text", fitRight(real ? tookOf(real, now) : "", columns.took));
  const isNews = differs !== undefined && real !== undefined && (differs !== 0 || real.to !== undefined);
  const late = (differs ?? 0) > 0;
  row.add(late ? "warning" : "muted", fitRight(isNews ? signed(differs) : "", columns.differs));
  row.add("text", "  ");
  return addBar(row, step, axis, theme).build();
}

function tookOf(span: RowSpan | undefined, now: number): string {
  if (!span) return "";
  // What the rehearsal saw no end of has no length.
  return span.to === undefined && now === 0 ? "no end" : humanDuration(length(span, now));
}

/** How a step stands, by a sign as well as by its colour. */
export function signOf(
  { real, outcome }: RunRow,
  { glyphs }: Pick<Theme, "glyphs">,
): { readonly sign: string; readonly style: Style } {
  if (outcome !== undefined && outcome !== "done") return { sign: glyphs.node.failed, style: "errorStrong" };
  if (!real) return { sign: " ", style: "muted" };
  if (real.to === undefined) return { sign: glyphs.node.draining, style: "nodeBusy" };
  return { sign: glyphs.node.ready, style: "good" };
}

/** The predicted stretch, and over it the real one; where that is outside, it is another sign. */
function addBar(row: RowBuilder, step: RunRow, axis: Axis, { glyphs }: Theme): RowBuilder {
  const wanted = stretchOf(step.predicted, axis, axis.end);
  const real = stretchOf(step.real, axis, axis.now);
  const open = isOpen(step);
  for (let column = 0; column < axis.columns; column++) {
    const isWanted = wanted !== undefined && column >= wanted.first && column <= wanted.last;
    const isReal = real !== undefined && column >= real.first && column <= real.last;
    if (isReal && isWanted) row.add(open ? "accent" : "good", glyphs.asPredicted);
    else if (isReal) row.add("warning", glyphs.notPredicted);
    else if (isWanted) row.add("muted", glyphs.predicted);
    else row.add("text", " ");
  }
  return row;
}

/** The columns of a stretch: at least one. */
function stretchOf(span: RowSpan | undefined, axis: Axis, now: number) {
  if (!span) return undefined;
  const first = columnAt(axis, span.from);
  const to = Math.max(span.from, span.to ?? now);
  return { first, last: Math.max(first, Math.ceil((to / axis.end) * axis.columns) - 1) };
}
