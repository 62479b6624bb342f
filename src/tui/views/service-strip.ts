import type { Span } from "../../trace/timelines.ts";
import { columnOf, type TimeAxis } from "../state/time-axis.ts";

/** One column of a strip: the fewest Ready pods in its time, as a share of those at the start; undefined: none ever. */
export type StripCell = number | undefined;

/** A Service over the whole run, one cell a column. An outage is never too short to be seen. */
export function stripOf(
  timeline: readonly Span[],
  before: number,
  axis: TimeAxis,
  columns: number,
): StripCell[] {
  const cells: StripCell[] = Array.from({ length: columns }, () => undefined);
  if (before === 0 || columns === 0) return cells;
  timeline.forEach(({ from, value }, index) => {
    const next = timeline[index + 1];
    const first = columnOf(axis, from, columns);
    const last = next ? lastColumn(axis, from, next.from, columns) : columns - 1;
    const share = Math.min(1, value / before);
    for (let at = first; at <= last; at++) cells[at] = Math.min(cells[at] ?? 1, share);
  });
  return cells;
}

/** The last column that a stretch of time reaches into: the one before, where it ends just on a boundary. */
function lastColumn(axis: TimeAxis, from: number, to: number, columns: number): number {
  const first = columnOf(axis, from, columns);
  return Math.max(first, columnOf(axis, Math.max(from, to - 1), columns));
}

/** Remembers strips: they change with the width of the screen only. */
export class StripCache {
  readonly #strips = new Map<string, readonly StripCell[]>();

  get(
    service: string,
    timeline: readonly Span[],
    before: number,
    axis: TimeAxis,
    columns: number,
  ): readonly StripCell[] {
    const key = `${columns} ${service}`;
    const known = this.#strips.get(key);
    if (known) return known;
    const strip = stripOf(timeline, before, axis, columns);
    this.#strips.set(key, strip);
    return strip;
  }
}
