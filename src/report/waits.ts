import { humanDuration } from "../lib/duration.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../model/budget.ts";
import { keyOf } from "../model/meta.ts";
import { resolveIntOrPercent } from "../model/workload.ts";
import type { BudgetNumbers, EventOf, PodId } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import { counted, listed } from "../lib/counted.ts";

/** An eviction that a budget refused for a while and let through then. */
interface Wait {
  readonly name: string;
  readonly budget: string;
  readonly refusedAt: readonly number[];
  readonly leftAt: number;
  readonly numbers: BudgetNumbers;
}

/** For each budget that made the drain wait: who waited how long, and the arithmetic of one at a time. */
export function waitSentences(trace: Trace, most: number): string[] {
  const byBudget = new Map<string, Wait[]>();
  for (const wait of waitsOf(trace)) byBudget.set(wait.budget, [...(byBudget.get(wait.budget) ?? []), wait]);
  const sorted = [...byBudget].sort(([, a], [, b]) => longest(b) - longest(a));
  const sentences = sorted
    .slice(0, most)
    .flatMap(([budget, waits]) => [
      waits.length === 1 ? single(waits[0]!) : several(waits),
      arithmeticOf(trace, budget, waits[0]!.numbers),
    ]);
  const rest = sorted.length - most;
  return rest > 0
    ? [...sentences, `${counted(rest, "other budget")} ${rest === 1 ? "makes" : "make"} pods wait less`]
    : sentences;
}

function waitsOf(trace: Trace): Wait[] {
  const names = new Map<PodId, string>(trace.header.cluster.objects.Pod.map((pod) => [pod.uid, keyOf(pod)]));
  const refused = new Map<PodId, EventOf<"eviction.refused">[]>();
  const waits: Wait[] = [];
  for (const event of trace.events) {
    if (event.kind === "pod.created") names.set(event.pod, `${event.namespace}/${event.name}`);
    if (event.kind === "eviction.refused") refused.set(event.pod, [...(refused.get(event.pod) ?? []), event]);
    if (event.kind !== "eviction.allowed" || event.dryRun) continue;
    const before = refused.get(event.pod);
    const [first] = before ?? [];
    if (!before || !first?.numbers) continue;
    waits.push({
      name: names.get(event.pod) ?? event.pod,
      budget: first.budgets[0] ?? "",
      refusedAt: before.map(({ time }) => time),
      leftAt: event.time,
      numbers: first.numbers,
    });
  }
  return waits;
}

function longest(waits: readonly Wait[]): number {
  return Math.max(...waits.map(({ leftAt }) => leftAt));
}

function single({ name, refusedAt, leftAt }: Wait): string {
  const times = refusedAt.map(humanDuration);
  const when = times.length <= 2 ? `at ${listed(times, 2)}` : `${times.length} times from ${times[0]} on`;
  return `${name}: refused ${when}, leaves at ${humanDuration(leftAt)}.`;
}

function several(waits: readonly Wait[]): string {
  const times = waits.reduce((sum, { refusedAt }) => sum + refusedAt.length, 0);
  const names = waits.map(({ name }) => name);
  return `${listed(names, 2)}: refused ${counted(times, "time")} in all, the last leaves at ${humanDuration(longest(waits))}.`;
}

/** `6 healthy - 5 needed (80 % of 6 = 4.8, rounded up) = 1 at a time` */
function arithmeticOf(trace: Trace, key: string, numbers: BudgetNumbers): string {
  const budget = trace.header.cluster.objects.PodDisruptionBudget.find((each) => keyOf(each) === key);
  const initial = trace.header.initial.budgets[key] ?? numbers;
  const allowed = Math.max(0, initial.healthy - initial.desired);
  const how = budget ? ` (${derivation(budget, initial.expected)})` : "";
  const rest = allowed === 0 ? "none at the start" : `${allowed} at a time`;
  return `${initial.healthy} healthy - ${initial.desired} needed${how} = ${rest}`;
}

/** How a budget comes to the number that it needs. */
export function derivation(budget: PodDisruptionBudget, expected: number): string {
  const { maxUnavailable, minAvailable } = budget;
  const value = maxUnavailable ?? minAvailable;
  if (typeof value !== "string") return formatBudgetLimit(budget);
  const share = (parseInt(value, 10) * expected) / 100;
  const exact = Number.isInteger(share) ? `${share}` : `${Number(share.toFixed(2))}, rounded up`;
  const percent = `${parseInt(value, 10)} % of ${expected} = ${exact}`;
  if (maxUnavailable === undefined) return percent;
  return `${expected} - ${resolveIntOrPercent(value, expected, "up")}: ${percent}`;
}
