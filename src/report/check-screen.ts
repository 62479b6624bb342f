import { byText } from "../lib/order.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../model/budget.ts";
import { platformOf } from "../model/platform.ts";
import { keyOf } from "../model/meta.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import type { Finding } from "../verdict/verdict.ts";
import { type Drains, nodeRows, takes } from "./check-rows.ts";
import { findingBlock } from "./finding-block.ts";
import { type Block, type Line, tableLines, type Tone, unbroken } from "./layout.ts";
import { kindsNotGiven, notSettled, outagesUnknown } from "./not-given.ts";
import { ownersBlock } from "./owners.ts";
import { exitLine } from "./screen.ts";
import { derivation } from "./waits.ts";
import { counted, listed } from "../lib/counted.ts";
import { flagDuration, moment } from "./words.ts";

/** What a look at a cluster before maintenance found. */
export interface CheckInput extends Drains {
  /** Nodes that were not rehearsed, because there are too many. */
  readonly skipped: number;
  readonly budgets: Readonly<Record<string, BudgetNumbers>>;
  readonly findings: readonly Finding[];
  readonly unknown: readonly string[];
  /** The version that the control plane is to have (`v1.36.4`), where somebody said so. */
  readonly target?: string;
  /** Where virtual time ends, in milliseconds. */
  readonly horizon: number;
  readonly exitCode: number;
  readonly next: readonly Line[];
  readonly verbose: boolean;
}

const mostNodes = 12;
const mostBudgets = 8;
const mostFindings = 10;

/** The blocks of the screen: nodes, budgets, then what was found, worst first. */
export function checkScreen(input: CheckInput): Block[] {
  const { unknown, next, verbose, exitCode } = input;
  const shown = verbose ? unknown : unknown.slice(0, 3);
  return [
    headline(input),
    ...(isManifests(input) ? [] : [{ label: "Nodes", lines: nodeLines(input), gap: true }]),
    ...ownersBlock(input.cluster, verbose),
    ...(isManifests(input) ? [] : budgetBlock(input)),
    ...findingBlocks(input),
    ...(shown.length === 0
      ? []
      : [{ label: "Unknown", lines: shown.map((text) => ({ text, hang: 2 })), gap: true }]),
    { label: "Next", lines: exitCode === 0 ? next : [...next, exitLine(exitCode)] },
  ];
}

/** What the first line says: how many nodes can be drained now, and what keeps or follows the others. */
export function checkHeadline(input: CheckInput): string {
  if (isManifests(input)) return manifestsHeadline(input);
  const { drains, horizon } = input;
  const rows = nodeRows(input);
  const emptied = rows.filter(({ word }) => word === "FINISHES" || word === "HURTS");
  const whole = emptied.filter(({ down }) => down === 0);
  const hurt = emptied.length - whole.length;
  const pending = whole.filter((row) => row.pending > 0).length;
  const other = whole.filter((row) => row.pending === 0 && row.word === "HURTS").length;
  const late = rows.filter(({ isCut }) => isCut).length;
  const stuck = rows.length - emptied.length - late;
  const notGiven = kindsNotGiven(input.cluster);
  const isKnown = !notGiven.includes("Service");
  const fine = isKnown ? whole.length : emptied.length;
  const parts = [
    `${fine} of ${counted(drains.length, "node")} can be ${isKnown ? "drained now without an outage" : "emptied now"}`,
    ...(pending > 0 ? [`${pending} of them ${pending === 1 ? "leaves" : "leave"} pods Pending`] : []),
    ...(other > 0 ? [`${other} of them with another error`] : []),
    ...(hurt > 0 && isKnown ? [`${hurt} with an outage`] : []),
    ...(late > 0 ? [`${late} not within ${flagDuration(horizon)}`] : []),
    ...(stuck > 0 ? [`${stuck} cannot be emptied`] : []),
  ];
  const unknown = isKnown ? "" : `; ${outagesUnknown}`;
  return [`${parts.join(", ")}${unknown}.`, ...notSettled(notGiven)].join(" ");
}

/** Whether there are objects and no node to put them on. */
export function isManifests({ cluster }: CheckInput): boolean {
  return cluster.objects.Node.length === 0;
}

function manifestsHeadline({ findings, target = "" }: CheckInput): string {
  const count = (severity: Finding["severity"]) =>
    findings.filter((each) => each.severity === severity && !each.accepted).length;
  const parts = [
    ...(count("error") > 0 ? [counted(count("error"), "error")] : []),
    ...(count("warning") > 0 ? [counted(count("warning"), "warning")] : []),
  ];
  return parts.length === 0
    ? `No object is found that ${target} does not take, by its API version and by what it asks for.`
    : `${parts.join(" and ")} in objects that are to go to ${target}.`;
}

function headline(input: CheckInput): Block {
  const { cluster, skipped, findings, target } = input;
  const errors = findings.filter(({ severity, accepted }) => severity === "error" && !accepted).length;
  const isSettled = isManifests(input) || kindsNotGiven(cluster).length === 0;
  const platform = platformOf(cluster);
  const context = [
    cluster.name,
    ...(platform ? [platform.title] : []),
    cluster.version === "" ? "version unknown" : cluster.version,
    cluster.isGenerated || isManifests(input) ? "made from manifests" : `as of ${moment(cluster.asOf)}`,
    ...(target === undefined ? [] : [`on the way to ${target}`]),
    isManifests(input)
      ? "no node, so nothing is rehearsed"
      : "each node drained alone, with all flags that it takes",
    ...(skipped > 0 ? [`${skipped} more nodes not rehearsed (-l chooses which)`] : []),
  ];
  return {
    label: "CHECK",
    tone: errors > 0 ? "error" : isSettled ? "good" : "warning",
    lines: [
      { text: checkHeadline(input), tone: "strong" },
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
  const cells = shown.map(({ node, word, pods, requested, used, ready, cordoned, down, pending, ...row }) => [
    node,
    word.toLowerCase(),
    takes(row, input.horizon),
    String(pods),
    `${requested.cpu} %`,
    `${requested.memory} %`,
    ...(hasUsage ? [used ? `${used.cpu} %` : "unknown", used ? `${used.memory} %` : "unknown"] : []),
    [
      ...(ready ? [] : ["NotReady"]),
      ...(cordoned ? ["cordoned"] : []),
      ...(down > 0 ? [unbroken(`${down} down`)] : []),
      ...(pending > 0 ? [unbroken(`${pending} Pending`)] : []),
    ].join(", "),
  ]);
  const right = [false, false, true, true, true, true, ...(hasUsage ? [true, true] : []), false];
  const lines = tableLines([header, ...cells], right, [20]);
  const tones = shown.map(({ word }): Tone | undefined =>
    word === "FINISHES" ? undefined : word === "HURTS" ? "warning" : "error",
  );
  const rest = rows.length - shown.length;
  return [
    ...lines.map((line, index): Line => {
      const tone = index === 0 ? "quiet" : tones[index - 1];
      return tone ? { ...line, tone } : line;
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
  const blocks = shown.map((finding, index) =>
    findingBlock(finding, verbose, index === 0, finding.rule !== "service-outage"),
  );
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
