import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../model/budget.ts";
import type { Cluster } from "../model/cluster.ts";
import { keyOf } from "../model/meta.ts";
import { isNodeReady, type Node } from "../model/node.ts";
import { isFinished, type Resources } from "../model/pod.ts";
import { podRequests } from "../model/pod-resources.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import type { Finding, Severity, Verdict, Word } from "../verdict/verdict.ts";
import { findingBlock } from "./finding-block.ts";
import { type Block, type Line, table, type Tone, unbroken } from "./layout.ts";
import { exitCodeOf, exitLine } from "./screen.ts";
import { derivation } from "./waits.ts";
import { counted, listed, moment } from "./words.ts";

/** What a look at a cluster before maintenance found. */
export interface CheckInput {
  readonly cluster: Cluster;
  /** The verdict of draining each node, with all flags that it takes. */
  readonly drains: readonly { readonly node: string; readonly verdict: Verdict }[];
  /** Nodes that were not rehearsed, because there are too many. */
  readonly skipped: number;
  readonly budgets: Readonly<Record<string, BudgetNumbers>>;
  readonly findings: readonly Finding[];
  readonly unknown: readonly string[];
  /** The version that the control plane is to have (`v1.36.4`), where somebody said so. */
  readonly target?: string;
  readonly failOn: Severity | "never";
  readonly next: readonly Line[];
  readonly verbose: boolean;
}

const mostNodes = 12;
const mostBudgets = 8;
const mostFindings = 10;

/** The blocks of the screen: nodes, budgets, then what was found, worst first. */
export function checkScreen(input: CheckInput): Block[] {
  const { unknown, next, verbose, failOn, findings } = input;
  const exitCode = exitCodeOf({ findings }, failOn);
  const shown = verbose ? unknown : unknown.slice(0, 3);
  return [
    headline(input),
    { label: "Nodes", lines: nodeLines(input), gap: true },
    ...budgetBlock(input),
    ...findingBlocks(input),
    ...(shown.length === 0
      ? []
      : [{ label: "Unknown", lines: shown.map((text) => ({ text, hang: 2 })), gap: true }]),
    { label: "Next", lines: exitCode === 0 ? next : [...next, exitLine(exitCode)] },
  ];
}

/** Whether a node can be emptied now: it hangs, is refused, stops, hurts, or finishes. */
export interface NodeRow {
  readonly node: string;
  readonly word: Word;
  readonly pods: number;
  readonly clientMillis: number | undefined;
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** Requested share of allocatable, in percent, rounded. */
  readonly requested: { readonly cpu: number; readonly memory: number };
  /** Used share of allocatable, in percent; undefined: no NodeMetrics. */
  readonly used: { readonly cpu: number; readonly memory: number } | undefined;
  /** Services that would go down. */
  readonly down: number;
}

const wordRank: Readonly<Record<Word, number>> = { HANGS: 0, REFUSES: 1, STOPS: 2, HURTS: 3, FINISHES: 4 };

/** A row for each node that was rehearsed, worst first. */
export function nodeRows({ cluster, drains }: Pick<CheckInput, "cluster" | "drains">): NodeRow[] {
  const { objects } = cluster;
  const nodes = new Map(objects.Node.map((node) => [node.name, node]));
  const requested = requestsByNode(cluster);
  const metrics = new Map(objects.NodeMetrics.map((usage) => [usage.name, usage.usage]));
  return drains
    .map(({ node: name, verdict }): NodeRow => {
      const node = nodes.get(name)!;
      const usage = metrics.get(name);
      return {
        node: name,
        word: verdict.word,
        pods: verdict.drains.reduce((sum, { evicted, remaining }) => sum + evicted + remaining.length, 0),
        clientMillis: verdict.clientMillis,
        ready: isNodeReady(node),
        cordoned: node.unschedulable,
        requested: shareOf(requested.get(name) ?? {}, node),
        used: usage && shareOf(usage, node),
        down: verdict.services.filter(({ outageMillis }) => outageMillis > 0).length,
      };
    })
    .sort((a, b) => wordRank[a.word] - wordRank[b.word] || b.down - a.down || byText(a.node, b.node));
}

function requestsByNode(cluster: Cluster): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
  for (const pod of cluster.objects.Pod) {
    if (pod.nodeName === "" || isFinished(pod)) continue;
    const sum = sums.get(pod.nodeName) ?? {};
    const requests = podRequests(pod.spec);
    for (const resource of ["cpu", "memory"])
      sum[resource] = (sum[resource] ?? 0) + (requests[resource] ?? 0);
    sums.set(pod.nodeName, sum);
  }
  return sums;
}

function shareOf(
  amounts: Resources,
  { allocatable }: Node,
): { readonly cpu: number; readonly memory: number } {
  const percent = (resource: "cpu" | "memory") =>
    Math.round((100 * (amounts[resource] ?? 0)) / Math.max(1, allocatable[resource] ?? 1));
  return { cpu: percent("cpu"), memory: percent("memory") };
}

function headline({ cluster, drains, skipped, findings, target }: CheckInput): Block {
  const words = drains.map(({ verdict }) => verdict.word);
  const fine = words.filter((word) => word === "FINISHES").length;
  const hurts = words.filter((word) => word === "HURTS").length;
  const stuck = words.length - fine - hurts;
  const parts = [
    `${fine} of ${counted(words.length, "node")} can be drained now without an outage`,
    ...(hurts > 0 ? [`${hurts} ${hurts === 1 ? "hurts" : "hurt"}`] : []),
    ...(stuck > 0 ? [`${stuck} cannot be emptied`] : []),
  ];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const context = [
    cluster.name,
    cluster.version === "" ? "version unknown" : cluster.version,
    cluster.isGenerated ? "made from manifests" : `as of ${moment(cluster.asOf)}`,
    ...(target === undefined ? [] : [`on the way to ${target}`]),
    "each node drained alone, with all flags that it takes",
    ...(skipped > 0 ? [`${skipped} more nodes not rehearsed (-l chooses which)`] : []),
  ];
  return {
    label: "CHECK",
    tone: errors > 0 || stuck > 0 ? "error" : "good",
    lines: [
      { text: `${parts.join(", ")}.`, tone: "strong" },
      { text: `Looked at, nothing touched. ${context.join(", ")}` },
    ],
  };
}

function nodeLines(input: CheckInput): Line[] {
  const rows = nodeRows(input);
  const shown = input.verbose ? rows : rows.slice(0, mostNodes);
  const hasUsage = rows.some(({ used }) => used !== undefined);
  const header = [
    "node",
    "drain",
    "takes",
    "pods",
    "cpu",
    "memory",
    ...(hasUsage ? ["used cpu", "memory"] : []),
    "",
  ];
  const cells = shown.map(({ node, word, clientMillis, pods, requested, used, ready, cordoned, down }) => [
    node,
    word.toLowerCase(),
    clientMillis === undefined ? "never" : humanDuration(clientMillis),
    String(pods),
    `${requested.cpu} %`,
    `${requested.memory} %`,
    ...(hasUsage ? [used ? `${used.cpu} %` : "unknown", used ? `${used.memory} %` : "unknown"] : []),
    [
      ...(ready ? [] : ["NotReady"]),
      ...(cordoned ? ["cordoned"] : []),
      ...(down > 0 ? [`${down} down`] : []),
    ].join(" "),
  ]);
  const right = [false, false, true, true, true, true, ...(hasUsage ? [true, true] : []), false];
  const lines = table([header, ...cells], right, [20]);
  const tones = shown.map(({ word }): Tone | undefined =>
    word === "FINISHES" ? undefined : word === "HURTS" ? "warning" : "error",
  );
  const rest = rows.length - shown.length;
  return [
    ...lines.map((text, index): Line => {
      const tone = index === 0 ? "quiet" : tones[index - 1];
      return tone ? { text, tone } : { text };
    }),
    ...(rest > 0 ? [{ text: `and ${rest} more (--verbose)` }] : []),
    {
      text: `cpu and memory: requested, of what is allocatable${hasUsage ? "" : "; usage unknown (no NodeMetrics)"}`,
    },
  ];
}

/** A row for each budget, those that allow nothing first, with the arithmetic. */
function budgetBlock({ cluster, budgets, verbose }: CheckInput): Block[] {
  const objects = cluster.objects.PodDisruptionBudget;
  if (objects.length === 0) return [];
  const rows = objects
    .map((budget) => ({ budget, key: keyOf(budget), numbers: budgets[keyOf(budget)] }))
    .sort((a, b) => (a.numbers?.allowed ?? 0) - (b.numbers?.allowed ?? 0) || byText(a.key, b.key));
  const shown = verbose ? rows : rows.slice(0, mostBudgets);
  const lines = shown.map(({ budget, key, numbers }): Line => {
    const sum = budgetSum(budget, numbers);
    const text = `${key}: ${sum.length <= longestSum ? unbroken(sum) : sum}`;
    return numbers?.allowed === 0 ? { text, hang: 4, tone: "warning" } : { text, hang: 4 };
  });
  const rest = rows.length - shown.length;
  const more = rest > 0 ? [{ text: `and ${rest} more (--verbose)` }] : [];
  return [{ label: "Budgets", gap: true, lines: [...lines, ...more] }];
}

/** A sum that is longer breaks where it has to. */
const longestSum = 66;

/** `2 expected, 2 healthy - 1 desired (minAvailable 1) = 1 allowed`. */
function budgetSum(budget: PodDisruptionBudget, numbers: BudgetNumbers | undefined): string {
  if (!numbers) return "unknown";
  const { expected, healthy, desired, allowed } = numbers;
  if (expected === 0) return `selects no counted pod (${formatBudgetLimit(budget)}), allows ${allowed}`;
  const by = derivation(budget, expected);
  return `${expected} expected, ${healthy} healthy - ${desired} desired (${by}) = ${allowed} allowed`;
}

function findingBlocks({ findings, verbose }: CheckInput): Block[] {
  const louder = verbose ? findings : findings.filter(({ severity }) => severity !== "info");
  const shown = verbose ? louder : louder.slice(0, mostFindings);
  const blocks = shown.map((finding, index) => findingBlock(finding, verbose, index === 0));
  const rest = louder.length - shown.length;
  if (rest > 0)
    blocks.push({ label: "", lines: [{ text: `and ${counted(rest, "more finding")} (--verbose)` }] });
  const notes = findings.filter(({ severity }) => severity === "info");
  if (!verbose && notes.length > 0)
    blocks.push({
      label: "notes",
      tone: "info",
      lines: [
        {
          text: `${notes.length}: ${listed([...new Set(notes.map(({ rule }) => rule))], 4)} (--verbose)`,
          hang: 2,
        },
      ],
    });
  return blocks;
}
