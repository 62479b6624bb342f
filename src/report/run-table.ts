import { humanDuration } from "../lib/duration.ts";
import { type Block, type Line, tableLines } from "./layout.ts";
import { length, type RowSpan, type RunRow, runRows, type RunSum, runSum } from "./run-rows.ts";
import type { RunView } from "./run-view.ts";
import { clock } from "./steps.ts";
import { counted } from "../lib/counted.ts";

/** More rows than this are counted, unless everything is wanted: those of nodes that did as was predicted first. */
const mostRows = 40;

/** What was predicted and what came of it, a row a step, and what that adds up to. */
export function runTable(view: RunView, verbose: boolean): Block[] {
  const all = runRows(view);
  if (all.length === 0) return [];
  const isLong = !verbose && all.filter(isShown).length > mostRows;
  const rows = all.filter((row) => verbose || (isShown(row) && (!isLong || isNotable(row))));
  const sum = runSum(all, view.now);
  const lines = tableLines(
    [head, ...rows.map((row) => cellsOf(row, view.now)), ...sumCells(sum)],
    [false, true, true, true, true, true, false],
    [28],
  );
  const left = all.filter(isShown).length - rows.length;
  return [
    {
      label: "Timeline",
      lines: [
        ...lines,
        ...(isLong && left > 0 ? [{ text: `and ${counted(left, "more row")} (--verbose)` }] : []),
        ...notes(view, sum),
      ],
      gap: true,
    },
  ];
}

const head = ["", "predicted", "took", "really", "took", "differs", ""];

/** The plan's own steps, and the nodes' turns or the steps right below them. */
function isShown({ depth }: RunRow): boolean {
  return depth <= 1;
}

/** A tenth more or less than predicted is nothing to look at. */
function isNotable({ depth, differs = 0, real, predicted, outcome }: RunRow): boolean {
  if (depth === 0 || (outcome !== undefined && outcome !== "done")) return true;
  if (!real || real.to === undefined || !predicted) return real !== undefined;
  return Math.abs(differs) * 10 > length(predicted, 0);
}

function cellsOf({ depth, name, predicted, real, differs, outcome, reason }: RunRow, now: number): string[] {
  const isOver = real?.to !== undefined;
  const end = [outcome === undefined || outcome === "done" ? "" : outcome, reason]
    .filter((text) => text !== "")
    .join(": ");
  const state = real && !isOver ? "not over" : end;
  return [
    `${"  ".repeat(depth)}${name}`,
    predicted ? clock(predicted.from) : "",
    tookOf(predicted, 0, "no end"),
    real ? clock(real.from) : "",
    tookOf(real, now, ""),
    differs === undefined || (!isOver && differs === 0) ? "" : signed(differs),
    state,
  ];
}

function tookOf(span: RowSpan | undefined, now: number, endless: string): string {
  if (!span) return "";
  return span.to === undefined && endless !== "" ? endless : humanDuration(length(span, now));
}

/** `+41 s`, `-3 s`, `0 s`. */
export function signed(millis: number): string {
  if (millis === 0) return "0 s";
  return `${millis > 0 ? "+" : "-"}${humanDuration(Math.abs(millis))}`;
}

function sumCells({ over }: RunSum): string[][] {
  const { predicted, real, differs } = over;
  if (predicted === 0 && real === 0) return [];
  return [["in all", "", humanDuration(predicted), "", humanDuration(real), signed(differs), ""]];
}

/** What the sum leaves out. */
function notes({ breaks }: RunView, { ahead, unpredicted }: RunSum): Line[] {
  const texts = [
    ...(unpredicted.steps === 0
      ? []
      : [
          `Not in the sum: ${counted(unpredicted.steps, "step")} whose end was not predicted, ${humanDuration(unpredicted.real)}.`,
        ]),
    ...(ahead.steps === 0
      ? []
      : [`Not begun: ${counted(ahead.steps, "step")}, predicted ${humanDuration(ahead.predicted)}.`]),
    ...(breaks.times === 0
      ? []
      : [
          `Resumed ${counted(breaks.times, "time")}; not counted: ${humanDuration(breaks.millis)} in which nobody was at work.`,
        ]),
  ];
  return texts.map((text) => ({ text, hang: 2 }));
}
