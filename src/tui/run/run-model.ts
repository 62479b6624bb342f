import { forecastOf, type RunForecast, type RunRow, runRows } from "../../report/run-rows.ts";
import type { RunPlaces, RunState } from "./run-state.ts";
import type { RunMoment } from "./source.ts";

/** What is read from a run at one moment, once for a frame. */
export interface RunModel {
  readonly moment: RunMoment;
  /** All rows, and those of them that are shown: what is under way is unfolded. */
  readonly all: readonly RunRow[];
  readonly rows: readonly RunRow[];
  readonly forecast: RunForecast;
  /** The path of the step that is under way, the innermost one; else of the last that was begun. */
  readonly current: string | undefined;
}

export function runModelOf(moment: RunMoment): RunModel {
  const all = runRows({ ...moment.view, now: moment.now });
  return {
    moment,
    all,
    rows: unfolded(all),
    forecast: forecastOf(moment.view, all, moment.now),
    current: currentOf(all),
  };
}

/** The steps of the plan, and of those that are under way what is in them. */
function unfolded(all: readonly RunRow[]): RunRow[] {
  const shown: RunRow[] = [];
  /** Rows deeper than this are in one that is folded. */
  let most = 0;
  for (const row of all) {
    if (row.depth > most) continue;
    shown.push(row);
    most = isOpen(row) ? row.depth + 1 : row.depth;
  }
  return shown;
}

export function isOpen({ real }: RunRow): boolean {
  return real !== undefined && real.to === undefined;
}

function currentOf(all: readonly RunRow[]): string | undefined {
  const open = all.findLast(isOpen);
  return (open ?? all.findLast(({ depth, real }) => depth === 0 && real !== undefined) ?? all[0])?.path;
}

/** What keys move in. */
export function placesOf(model: RunModel, state: RunState, pageLines: number): RunPlaces {
  const { rows, moment } = model;
  return {
    steps: rows.map(({ path }) => path),
    selected: selectedRow(model, state),
    lineCount: moment.lineCount,
    pageLines,
  };
}

/** The index of the selected row among those shown; what was folded since is found in the row that it is in. */
export function selectedRow({ rows, current }: RunModel, { selected = current }: RunState): number {
  for (let path = selected ?? ""; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) {
    const index = rows.findIndex((row) => row.path === path);
    if (index >= 0) return index;
  }
  return 0;
}
