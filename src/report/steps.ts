import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import type { Trace } from "../trace/trace.ts";
import type { NodeDrainReport, Verdict } from "../verdict/verdict.ts";
import type { Subject } from "./headline.ts";
import { tableLines, type Line } from "./layout.ts";
import { counted } from "../lib/counted.ts";

/** One step or one node's drain as a row: when it began, how long it took, how it ended. */
interface Row {
  readonly at: number;
  readonly name: string;
  readonly took: number | undefined;
  readonly result: string;
}

const mostSteps = 20;

/** A table of what was done when: a row a node for drains of several nodes, a row a step for plans. */
export function stepLines(trace: Trace, { drains }: Verdict, { command }: Subject, most: number): Line[] {
  const rows =
    command === "drain" ? (drains.length > 1 ? drains.map(drainRow) : []) : planRows(trace, drains, most);
  if (rows.length === 0) return [];
  // An upgrade of a few minors is told whole.
  const limit = trace.header.plan.steps.length > 1 ? Math.max(most, mostSteps) : most;
  const shown = rows.slice(0, limit);
  const lines = tableLines(
    shown.map(({ at, name, took, result }) => [
      clock(at),
      name,
      took === undefined ? "" : humanDuration(took),
      result,
    ]),
    [true, false, true, false],
    [12, 30, 10],
  );
  return rows.length > limit ? [...lines, { text: `and ${rows.length - limit} more (--verbose)` }] : lines;
}

/** Hours, minutes and seconds since the start, from two days on the days before: `0:46`, `1:02:10`, `7d 3:00:05`. */
export function clock(millis: number): string {
  const seconds = Math.floor(millis / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  if (h >= 48) return `${Math.floor(h / 24)}d ${h % 24}:${two(m)}:${two(s)}`;
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

/**
 * The steps of the plan itself, and below a rollout each of its nodes; where that is more than fits, only the nodes that
 * were not drained, and of the others how many they are.
 */
function planRows(trace: Trace, drains: readonly NodeDrainReport[], most: number): Row[] {
  const own = ownSteps(trace);
  if (own.length === 0) return drains.map(drainRow);
  const isLong = own.length + drains.length > most;
  const rows = own.map(({ step, ...row }): Row => {
    const below = drains.filter((drain) => drain.step.startsWith(`${step}/`));
    const evicted = below.reduce((sum, drain) => sum + drain.evicted, 0);
    const sum =
      isLong && below.length > 0 ? `${counted(below.length, "node")}, ${counted(evicted, "pod")}` : "";
    return { ...row, result: [row.result, sum].filter((text) => text !== "").join("; ") };
  });
  const nodes = drains
    .filter(({ outcome }) => !isLong || outcome !== "drained")
    .map(drainRow)
    .map((row) => ({ ...row, name: `  ${row.name}` }));
  return [...rows, ...nodes].sort((a, b) => a.at - b.at || byText(b.name, a.name));
}

/** The steps of the plan itself as rows; none of a plan that is one rollout: its nodes say all. */
function ownSteps({ header, events }: Trace): (Row & { readonly step: string })[] {
  if (header.plan.steps.length < 2) return [];
  const open = new Map<string, { at: number; name: string }>();
  const rows: (Row & { readonly step: string })[] = [];
  for (const event of events) {
    if (event.kind === "step.started" && /^plan\/\d+$/.test(event.step))
      open.set(event.step, { at: event.time, name: event.what });
    const started = event.kind === "step.ended" ? open.get(event.step) : undefined;
    if (event.kind !== "step.ended" || !started) continue;
    open.delete(event.step);
    const reason = event.reason === "" ? "" : `: ${event.reason}`;
    const result = event.outcome === "done" ? "" : `${event.outcome}${reason}`;
    rows.push({ step: event.step, ...started, took: event.time - started.at, result });
  }
  for (const [step, started] of open)
    rows.push({ step, ...started, took: undefined, result: "not finished" });
  return rows;
}
