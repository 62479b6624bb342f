import { humanDuration } from "../../lib/duration.ts";
import { severityStyle } from "../pages/finding-page.ts";
import { RowBuilder } from "../row-builder.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { columnOf, type TimeAxis } from "../state/time-axis.ts";
import { clipStart, columnsOf } from "../text.ts";
import type { Theme } from "../theme.ts";
import type { Severity } from "../../verdict/verdict.ts";
import { severityLetter } from "./finding-rows.ts";

/** The run as a line: what was played, where it is quiet, findings and steps, and how much happens when. */
export class TimelinePainter {
  readonly #model: Model;
  readonly #theme: Theme;
  #columns = -1;
  #ground: Ground = { quiet: [], marks: new Map(), activity: "", steps: "" };

  constructor(model: Model, theme: Theme) {
    this.#model = model;
    this.#theme = theme;
  }

  /** Two rows, or three with the activity above. */
  rows(state: TuiState, width: number, height: number): string[] {
    const start = humanDuration(0);
    const end = humanDuration(this.#model.axis.end);
    const left = columnsOf(start) + 2;
    const columns = Math.max(1, width - left - columnsOf(end) - 2);
    this.#prepare(columns);
    const margin = " ".repeat(left);
    const tail = " ".repeat(width - left - columns);
    const line = new RowBuilder(this.#theme, width).add("muted", ` ${start} `);
    this.#addLine(line, columnOf(this.#model.axis, state.time, columns), columns);
    line.add("muted", ` ${end}`);
    const rows = [margin + this.#ground.activity + tail, line.build(), margin + this.#ground.steps + tail];
    return height >= 3 ? rows : rows.slice(1);
  }

  #addLine(row: RowBuilder, now: number, columns: number): void {
    const { glyphs } = this.#theme;
    for (let column = 0; column < columns; column++) {
      const mark = this.#ground.marks.get(column);
      const isPast = column < now;
      if (column === now) row.add("strong", glyphs.head);
      else if (mark) row.add(severityStyle[mark], severityLetter[mark]);
      else if (this.#ground.quiet[column]) row.add(isPast ? "accent" : "muted", glyphs.quiet);
      else row.add(isPast ? "accent" : "muted", isPast ? glyphs.played : glyphs.ahead);
    }
  }

  /** What only depends on the width. */
  #prepare(columns: number): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    const { axis } = this.#model;
    this.#ground = {
      quiet: quietColumns(axis, columns),
      marks: markColumns(this.#model, columns),
      activity: activityRow(this.#model, this.#theme, columns),
      steps: stepRow(this.#model, this.#theme, columns),
    };
  }
}

interface Ground {
  readonly quiet: readonly boolean[];
  readonly marks: ReadonlyMap<number, Severity>;
  readonly activity: string;
  readonly steps: string;
}

function quietColumns(axis: TimeAxis, columns: number): boolean[] {
  const quiet = Array.from({ length: columns }, () => false);
  for (const { from, to } of axis.quiet) {
    const first = columnOf(axis, from, columns);
    const last = columnOf(axis, to - 1, columns);
    for (let column = Math.min(first + 1, last); column <= last; column++) quiet[column] = true;
  }
  return quiet;
}

/** The worst finding of each column. */
function markColumns({ findings, axis }: Model, columns: number): ReadonlyMap<number, Severity> {
  const rank = { info: 0, warning: 1, error: 2 };
  const marks = new Map<number, Severity>();
  for (const { finding, time, isBefore } of findings) {
    if (isBefore) continue;
    const column = columnOf(axis, time, columns);
    const known = marks.get(column);
    if (known === undefined || rank[finding.severity] > rank[known]) marks.set(column, finding.severity);
  }
  return marks;
}

/** How many events there are in each column, as bars: the tallest for the busiest. */
function activityRow({ session, axis }: Model, theme: Theme, columns: number): string {
  const counts = Array.from({ length: columns }, () => 0);
  for (const { time } of session.trace.events) counts[columnOf(axis, time, columns)]!++;
  const top = Math.log1p(Math.max(1, ...counts));
  const { bars } = theme.glyphs;
  const row = new RowBuilder(theme, columns);
  for (const count of counts)
    row.add("muted", bars[Math.ceil((Math.log1p(count) / top) * (bars.length - 1))] ?? " ");
  return row.build();
}

/** Where steps begin, with their names as far as there is room before the next one. */
function stepRow({ milestones, axis }: Model, theme: Theme, columns: number): string {
  const placed = new Map<number, string>();
  for (const { time, label } of milestones) placed.set(columnOf(axis, time, columns), label);
  const starts = spread([...placed.keys()].sort((a, b) => a - b));
  const row = new RowBuilder(theme, columns);
  starts.forEach((column, index) => {
    const room = (starts[index + 1] ?? columns) - column - 1;
    row.to(column).add("accent", theme.glyphs.stepMark);
    const label = theme.safe(placed.get(column) ?? "");
    if (room >= Math.min(columnsOf(label), 4)) row.add("muted", clipStart(label, Math.max(0, room - 1)));
  });
  return row.build();
}

/** Marks that are closer than this say nothing but that there are many. */
const markDistance = 6;

/** The first of the columns, and those far enough from the one before. */
function spread(columns: readonly number[]): number[] {
  const kept: number[] = [];
  for (const column of columns)
    if (kept.length === 0 || column - kept.at(-1)! >= markDistance) kept.push(column);
  return kept;
}
