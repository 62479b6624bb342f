import type { Cluster, Kind } from "../model/cluster.ts";
import { matchesSelector } from "../model/selector.ts";
import { formatVersion } from "../model/version.ts";
import { noAssumptions } from "../plan/assumptions.ts";
import { drainDefaults, type Plan } from "../plan/plan.ts";
import { checkJson } from "../report/check-json.ts";
import { checkMarkdown } from "../report/check-markdown.ts";
import { nodeRows } from "../report/check-rows.ts";
import { checkScreen, type CheckInput } from "../report/check-screen.ts";
import type { Line } from "../report/layout.ts";
import { shellWord } from "../lib/shell-word.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { exitCodeOf } from "../report/screen.ts";
import { listed } from "../lib/counted.ts";
import { besideDrains } from "../rules/shown-by-drains.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import { findingKey, type Finding } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import { inputFlags } from "./input-flags.ts";
import { commandLines, settleLines } from "./next-lines.ts";
import type { InputOptions, FormatOptions, RunOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { readInput } from "./read-input.ts";
import { type Rehearsed, Rehearsals, selectorOf } from "./rehearsal.ts";
import { since } from "./since.ts";
import { upgradeTarget } from "./upgrade-target.ts";

export interface CheckCommand extends InputOptions, RunOptions, FormatOptions {
  readonly selector?: string;
  /** A snapshot from before the maintenance: the look is one afterwards. */
  readonly since?: string;
  /** The version that the control plane is to have: what is on the way counts too. */
  readonly to?: string;
}

/** The rules that judge an object by itself, against a version. */
const manifestRules: ReadonlySet<string> = new Set(["removed-api", "removed-feature", "silent-change"]);

/** More nodes than this are not all rehearsed: a look has to stay a look. */
const mostNodes = 300;

/** `seatrial check`: can each node be drained now, and what should one know before maintenance? */
export async function check(command: CheckCommand): Promise<number> {
  if (command.since !== undefined && command.to !== undefined)
    throw new InputError("--since looks back and --to ahead: give one of them.");
  if (command.since !== undefined) return since(command.since, command);
  const accept = command.to === undefined ? "cluster" : "manifests";
  const cluster = await readInput(command, noAssumptions, accept);
  const target = command.to === undefined ? undefined : upgradeTarget(command.to, cluster);
  const rehearsals = new Rehearsals(cluster, command);
  const names = chosen(cluster, command.selector);
  const runs = names.slice(0, mostNodes).map((node) => ({ node, ...rehearsals.run(drainOf(node)) }));
  // Of manifests alone only their versions can be judged: what else they lack says nothing of a cluster.
  const isManifests = cluster.objects.Node.length === 0;
  const looked = rehearsals.look(target).filter(({ rule }) => !isManifests || manifestRules.has(rule));
  const errors = errorsOf(runs);
  const findings = merge([...besideDrains(looked, errors), ...errors]);
  const notGiven = isManifests ? [] : kindsNotGiven(cluster);
  const exitCode = exitCodeOf({ findings }, command.failOn, notGiven);
  const input: CheckInput = {
    cluster,
    drains: runs,
    skipped: Math.max(0, names.length - mostNodes),
    budgets: budgetsOf(runs[0]),
    findings,
    unknown: runs[0]?.verdict.unknown ?? [],
    ...(target ? { target: formatVersion(target) } : {}),
    horizon: rehearsals.horizon,
    exitCode,
    verbose: command.verbose,
    next: nextLines(cluster, runs, notGiven, command),
  };
  if (command.output === "json")
    process.stdout.write(`${JSON.stringify(checkJson(input, exitCode), undefined, 2)}\n`);
  else if (command.output === "markdown") process.stdout.write(checkMarkdown(input));
  else printBlocks(checkScreen(input), command);
  return exitCode;
}

/** What settles what is not given; else the drain of the node that fares worst. */
function nextLines(
  cluster: Cluster,
  drains: readonly (Rehearsed & { readonly node: string })[],
  notGiven: readonly Kind[],
  command: CheckCommand,
): Line[] {
  const { selector, to } = command;
  const own = [
    ...(selector === undefined ? [] : [`-l ${shellWord(selector)}`]),
    ...(to === undefined ? [] : [`--to ${shellWord(to)}`]),
  ];
  if (cluster.objects.Node.length === 0)
    return commandLines(
      ["seatrial check", ...own, ...inputFlags(command), "--node-shape 6,cpu=8,memory=32Gi"],
      command,
    );
  if (notGiven.length > 0) return settleLines(notGiven, ["seatrial check", ...own], command);
  const worst = nodeRows({ cluster, drains })[0]?.node ?? "NODE";
  return commandLines(["seatrial drain", shellWord(worst), ...inputFlags(command)], command);
}

/** The nodes to look at. Throws InputError where the selector matches none. */
function chosen({ objects, name }: Cluster, selector: string | undefined): string[] {
  const wanted = selector === undefined ? [] : selectorOf("--selector", selector);
  const found = objects.Node.filter(({ labels }) => matchesSelector(wanted, labels));
  if (found.length === 0 && selector !== undefined)
    throw new InputError(`--selector '${selector}': no node of ${name} matches`);
  return found.map((node) => node.name);
}

/** A drain that refuses nothing: what stands in its way is more than a missing flag. */
function drainOf(node: string): Plan {
  const options = { ...drainDefaults, ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
  return {
    name: `drain ${node}`,
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions: [
      { name: "no-outage", kind: "noOutage" },
      { name: "nothing-pending", kind: "noPendingPods" },
    ],
    steps: [{ kind: "drain", name: "drain", nodes: { kind: "names", names: [node] }, options }],
    rollback: [],
    onFailure: { kind: "abort" },
  };
}

/** What `drain` of one of these nodes would exit with 1 for counts here too; each says in whose drain it shows. */
function errorsOf(runs: readonly (Rehearsed & { readonly node: string })[]): Finding[] {
  const nodes = new Map<string, string[]>();
  const errors = runs.flatMap(({ node, verdict }) =>
    verdict.findings
      .filter(({ severity }) => severity === "error")
      .map((finding) => {
        const key = findingKey(finding);
        nodes.set(key, [...(nodes.get(key) ?? []), node]);
        return finding;
      }),
  );
  return errors.map((finding) => {
    const own = nodes.get(findingKey(finding)) ?? [];
    const isNamed = own.length === 1 && finding.subject === own[0];
    return {
      ...finding,
      message: isNamed ? finding.message : `${finding.message}; drain of ${listed(own, 3)}`,
      data: { ...finding.data, nodes: own },
    };
  });
}

/** Each finding once, worst first. */
function merge(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, info: 2 };
  const sorted = [...findings].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      Number(a.accepted ?? false) - Number(b.accepted ?? false) ||
      Number(b.critical ?? false) - Number(a.critical ?? false) ||
      b.weight - a.weight,
  );
  const seen = new Map<string, Finding>();
  for (const finding of sorted) if (!seen.has(findingKey(finding))) seen.set(findingKey(finding), finding);
  return [...seen.values()];
}

function budgetsOf(run: Rehearsed | undefined): Readonly<Record<string, BudgetNumbers>> {
  return run?.trace.header.initial.budgets ?? {};
}
