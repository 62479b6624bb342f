import { byText } from "../lib/order.ts";
import type { StepOutcome } from "../trace/event.ts";
import type { StepTime } from "../trace/step-times.ts";
import { innermost, type RunView, wantedEnd } from "./run-view.ts";

/** A stretch of time; it is not over without `to`. Milliseconds, cut to whole seconds: so that sums add up as they are shown. */
export interface RowSpan {
  readonly from: number;
  readonly to?: number;
}

/** A step, or a node's turn in one, as it was predicted and as it really was. */
export interface RunRow {
  /** The step's path; of a node's turn, that of its steps without the last part. */
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly predicted?: RowSpan;
  readonly real?: RowSpan;
  /** How much longer it took than predicted. Of one under way, how much longer it takes already. */
  readonly differs?: number;
  readonly outcome?: StepOutcome;
  readonly reason: string;
}

/** What the plan's own steps add up to, which come one after another. */
export interface RunSum {
  /** The steps that are over and were predicted to end: `real - predicted = differs`. */
  readonly over: { readonly predicted: number; readonly real: number; readonly differs: number };
  /** The steps that are over or under way, and that the rehearsal saw no end of. */
  readonly unpredicted: { readonly steps: number; readonly real: number };
  /** The steps that were not begun; `predicted` is that of those which were predicted to end. */
  readonly ahead: { readonly steps: number; readonly predicted: number };
}

/** The steps of a plan in its order, below each that has any its own steps or its nodes' turns. */
export function runRows(view: RunView): RunRow[] {
  const root: Branch = { path: "", children: new Map() };
  for (const time of view.predicted.values()) branchAt(root, time.step).predicted = time;
  for (const time of view.real.values()) branchAt(root, time.step).real = time;
  const phases = ["plan", "rollback", "revert"].flatMap((phase) => root.children.get(phase) ?? []);
  return phases.flatMap((phase) => inOrder(phase).flatMap((branch) => rowsOf(branch, 0, view)));
}

/** Adds the plan's own steps up. */
export function runSum(rows: readonly RunRow[], now: number): RunSum {
  const over = { predicted: 0, real: 0, differs: 0 };
  const unpredicted = { steps: 0, real: 0 };
  const ahead = { steps: 0, predicted: 0 };
  for (const { depth, predicted, real, differs = 0 } of rows) {
    if (depth > 0) continue;
    const wanted = predicted?.to === undefined ? undefined : length(predicted, 0);
    if (!real) {
      ahead.steps++;
      ahead.predicted += wanted ?? 0;
    } else if (wanted === undefined) {
      unpredicted.steps++;
      unpredicted.real += length(real, now);
    } else if (real.to !== undefined) {
      over.predicted += wanted;
      over.real += length(real, now);
      over.differs += differs;
    }
  }
  return { over, unpredicted, ahead };
}

/** When a run ends by what is known now, and how much later than predicted that is. Whole seconds, in milliseconds. */
export interface RunForecast {
  /** Undefined where the last rehearsal saw no end. */
  readonly end?: number;
  /** Undefined where not every step of the plan was predicted to end. */
  readonly differs?: number;
}

/**
 * The end by the last rehearsal of what was left, later by as much as the step under way takes longer than that had it.
 * Once all is over, `differs` is what the steps' differences add up to.
 */
export function forecastOf(view: RunView, rows: readonly RunRow[], now: number): RunForecast {
  if (view.end === undefined) return {};
  const end = wholeSeconds(Math.max(now, view.end + overrunOf(view, now)));
  const own = rows.filter(({ depth }) => depth === 0);
  if (own.some(({ predicted }) => predicted?.to === undefined)) return { end };
  const predicted = own.reduce((sum, row) => sum + length(row.predicted ?? { from: 0 }, 0), 0);
  return { end, differs: end - predicted };
}

/** How much longer than the last rehearsal had it the innermost steps under way take already: the most of them. */
function overrunOf(view: RunView, now: number): number {
  const over = innermost(view).map((path) => now - (wantedEnd(view, path) ?? now));
  return Math.max(0, ...over);
}

/** How long a stretch is, or has been until now. */
export function length({ from, to }: RowSpan, now: number): number {
  return Math.max(0, (to ?? wholeSeconds(now)) - from);
}

/** As clocks show it. */
function wholeSeconds(millis: number): number {
  return Math.floor(millis / 1_000) * 1_000;
}

interface Branch {
  readonly path: string;
  readonly children: Map<string, Branch>;
  predicted?: StepTime;
  real?: StepTime;
}

function branchAt(root: Branch, path: string): Branch {
  let branch = root;
  for (const part of path.split("/")) {
    let next = branch.children.get(part);
    if (!next) {
      next = { path: branch.path === "" ? part : `${branch.path}/${part}`, children: new Map() };
      branch.children.set(part, next);
    }
    branch = next;
  }
  return branch;
}

/** As a list of steps has them; nodes in the order in which they really have their turns, and then as was predicted. */
function inOrder({ children }: Branch): Branch[] {
  const index = ({ path }: Branch) => Number(path.slice(path.lastIndexOf("/") + 1));
  const isStep = ({ predicted, real }: Branch) => predicted !== undefined || real !== undefined;
  return [...children.values()].sort((a, b) => {
    if (isStep(a) && isStep(b)) return index(a) - index(b);
    return start(a) - start(b) || byText(a.path, b.path);
  });
}

function start(branch: Branch): number {
  const real = spanIn(branch, "real");
  return real?.from ?? (spanIn(branch, "predicted")?.from ?? 0) + 2 ** 40;
}

/** The stretch of a step, or of all that is done in a node's turn. */
function spanIn(branch: Branch, which: "predicted" | "real"): RowSpan | undefined {
  const own = branch[which];
  if (own) return spanOf(own.from, own.to);
  const spans = [...branch.children.values()].flatMap((child) => spanIn(child, which) ?? []);
  if (spans.length === 0) return undefined;
  const isOver = spans.every(({ to }) => to !== undefined) && (which === "predicted" || !isCutShort(branch));
  return spanOf(
    Math.min(...spans.map(({ from }) => from)),
    isOver ? Math.max(...spans.map(({ to = 0 }) => to)) : undefined,
  );
}

/** Whether something that was predicted for a turn is still to come. */
function isCutShort({ children }: Branch): boolean {
  const all = [...children.values()];
  if (all.some(({ real }) => real?.outcome !== undefined && real.outcome !== "done")) return false;
  return all.some(({ predicted, real }) => predicted !== undefined && real === undefined);
}

function spanOf(from: number, to: number | undefined): RowSpan {
  return { from: wholeSeconds(from), ...(to === undefined ? {} : { to: wholeSeconds(to) }) };
}

function rowsOf(branch: Branch, depth: number, view: RunView): RunRow[] {
  const predicted = spanIn(branch, "predicted");
  const real = spanIn(branch, "real");
  const differs = differenceOf(predicted, real, view.now);
  const own = branch.real ?? branch.predicted;
  const { outcome, reason = "" } = branch.real ?? turnEnd(branch);
  const row: RunRow = {
    path: branch.path,
    // What is done in a node's turn stands below its name.
    name: own ? own.what : turnName(branch),
    depth,
    ...(predicted ? { predicted } : {}),
    ...(real ? { real } : {}),
    ...(differs === undefined ? {} : { differs }),
    ...(outcome ? { outcome } : {}),
    reason,
  };
  return [row, ...inOrder(branch).flatMap((child) => rowsOf(child, depth + 1, view))];
}

function differenceOf(
  predicted: RowSpan | undefined,
  real: RowSpan | undefined,
  now: number,
): number | undefined {
  if (predicted?.to === undefined || !real) return undefined;
  const difference = length(real, now) - length(predicted, 0);
  // Of one that is under way it is not known that it will be early.
  return real.to === undefined ? Math.max(0, difference) : difference;
}

/** A turn in which a step has not done what it should has not either. */
function turnEnd({ children }: Branch): Pick<StepTime, "outcome" | "reason"> {
  for (const { real } of children.values())
    if (real?.outcome !== undefined && real.outcome !== "done")
      return { outcome: real.outcome, reason: real.reason ?? "" };
  return {};
}

/** A turn is called by its node; what is done after each batch, and for all nodes at once, by that. */
function turnName({ path }: Branch): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "*") return "all nodes";
  return name === "after" ? "after each batch" : name;
}
