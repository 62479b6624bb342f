import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import type { Trace } from "../trace/trace.ts";
import type { NodeDrainReport, Verdict } from "../verdict/verdict.ts";
import type { Subject } from "./headline.ts";
import { table, type Line } from "./layout.ts";
import { counted } from "./words.ts";

/** One step or one node's drain as a row: when it began, how long it took, how it ended. */
interface Row {
  readonly at: number;
  readonly name: string;
  readonly took: number | undefined;
  readonly result: string;
}

/** A table of what was done when: a row a node for drains of several nodes, a row a step for plans. */
export function stepLines(trace: Trace, { drains }: Verdict, { command }: Subject, most: number): Line[] {
  const rows =
    command === "drain" ? (drains.length > 1 ? drains.map(drainRow) : []) : planRows(trace, drains);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, most);
  const lines = table(
    shown.map(({ at, name, took, result }) => [
      clock(at),
      name,
      took === undefined ? "" : humanDuration(took),
      result,
    ]),
    [true, false, true, false],
    [10, 30, 10],
  ).map((text): Line => ({ text }));
  return rows.length > most ? [...lines, { text: `and ${rows.length - most} more (--verbose)` }] : lines;
}

/** Hours and minutes since the start, seconds below an hour: `0:46`, `1:02:10`. */
export function clock(millis: number): string {
  const seconds = Math.floor(millis / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function drainRow({ node, startedAt, endedAt, outcome, evicted, remaining }: NodeDrainReport): Row {
  const words = {
    drained: counted(evicted, "pod"),
    refused: "refused: nothing evicted",
    failed: `gives up, ${counted(remaining.length, "pod")} left`,
    hanging: `never ends, ${counted(remaining.length, "pod")} left`,
    unfinished: `not over, ${counted(remaining.length, "pod")} left`,
    notReached: "never gets its turn",
  };
  const took = endedAt === undefined ? undefined : endedAt - startedAt;
  return { at: startedAt, name: node, took, result: words[outcome] };
}

/** The steps of the plan itself, and below a rollout each of its nodes. */
function planRows(trace: Trace, drains: readonly NodeDrainReport[]): Row[] {
  const open = new Map<string, { at: number; name: string }>();
  const rows: Row[] = [];
  // The steps of the plan itself; of a plan that is one rollout its nodes say all.
  const isOwn = (step: string) => /^plan\/\d+$/.test(step) && trace.header.plan.steps.length > 1;
  for (const event of trace.events) {
    if (event.kind === "step.started" && isOwn(event.step))
      open.set(event.step, { at: event.time, name: event.what });
    const started = event.kind === "step.ended" ? open.get(event.step) : undefined;
    if (event.kind !== "step.ended" || !started) continue;
    open.delete(event.step);
    const result =
      event.outcome === "done" ? "" : `${event.outcome}${event.reason === "" ? "" : `: ${event.reason}`}`;
    rows.push({ at: started.at, name: started.name, took: event.time - started.at, result });
  }
  for (const { at, name } of open.values()) rows.push({ at, name, took: undefined, result: "not finished" });
  const perNode = drains
    .map(drainRow)
    .map((row) => ({ ...row, name: rows.length > 0 ? `  ${row.name}` : row.name }));
  return [...rows, ...perNode].sort((a, b) => a.at - b.at || byText(b.name, a.name));
}
