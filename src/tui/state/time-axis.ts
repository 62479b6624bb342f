/**
 * Virtual time as it is shown: strips, the timeline and playback share one axis. Where something happens it is
 * linear; a stretch in which nothing does is drawn short, and marked, so that a minute of events and a day of
 * waiting fit on one screen. Clocks always say the true time.
 */
export interface TimeAxis {
  /** The last moment of the run, in milliseconds. */
  readonly end: number;
  /** The length of the axis: milliseconds, shortened stretches as long as they are drawn. */
  readonly length: number;
  /** The shortened stretches. */
  readonly quiet: readonly QuietStretch[];
  /** From a time to its place on the axis. */
  readonly placeOf: (time: number) => number;
  /** From a place on the axis to the time there. */
  readonly timeAt: (place: number) => number;
}

export interface QuietStretch {
  readonly from: number;
  readonly to: number;
}

/** Nothing happening for longer than this is quiet. */
const quietMillis = 60_000;

/** All quiet stretches together get at most this share of what the lively time gets. */
const quietShare = 0.25;

/** A quiet stretch is drawn at least as long as this, where there is room. */
const shortestQuiet = 4_000;

/** An axis for a run in which something happens at these times (ascending) and that ends at `end`. */
export function createTimeAxis(moments: readonly number[], end: number): TimeAxis {
  const times = [0, ...moments.filter((time) => time > 0 && time < end), ...(end > 0 ? [end] : [])];
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  const lively = gaps.filter((gap) => gap <= quietMillis).reduce((sum, gap) => sum + gap, 0);
  const quiet: QuietStretch[] = [];
  gaps.forEach((gap, index) => {
    if (gap > quietMillis) quiet.push({ from: times[index]!, to: times[index + 1]! });
  });
  const each = Math.max(shortestQuiet, (lively * quietShare) / Math.max(1, quiet.length));
  const places = [0];
  for (const gap of gaps) places.push(places.at(-1)! + (gap > quietMillis ? Math.min(gap, each) : gap));
  const length = places.at(-1)!;
  return {
    end,
    length,
    quiet,
    placeOf: (time) => interpolate(times, places, Math.max(0, Math.min(time, end))),
    timeAt: (place) => interpolate(places, times, Math.max(0, Math.min(place, length))),
  };
}

/** The quiet stretch that a time lies inside, if any. */
export function quietAt(axis: TimeAxis, time: number): QuietStretch | undefined {
  return axis.quiet.find(({ from, to }) => time >= from && time < to);
}

/** The column that a time has among `columns` of them. */
export function columnOf(axis: TimeAxis, time: number, columns: number): number {
  if (axis.length === 0) return 0;
  return Math.min(columns - 1, Math.floor((axis.placeOf(time) / axis.length) * columns));
}

/** The value of the piecewise linear function through (from, to), both ascending, `from` without doubles. */
function interpolate(from: readonly number[], to: readonly number[], x: number): number {
  if (from.length === 1) return to[0]!;
  let low = 0;
  let high = from.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= x) low = middle;
    else high = middle;
  }
  const span = from[high]! - from[low]!;
  const share = span === 0 ? 0 : (x - from[low]!) / span;
  return to[low]! + share * (to[high]! - to[low]!);
}
