import type { Cluster } from "../model/cluster.ts";
import { matchesSelector } from "../model/selector.ts";
import { formatVersion } from "../model/version.ts";
import { noAssumptions } from "../plan/assumptions.ts";
import { drainDefaults, type Plan } from "../plan/plan.ts";
import { checkJson } from "../report/check-json.ts";
import { checkMarkdown } from "../report/check-markdown.ts";
import { checkScreen, type CheckInput } from "../report/check-screen.ts";
import { shellWord } from "../report/next.ts";
import { exitCodeOf } from "../report/screen.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import { findingKey, type Finding } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import { inputFlags } from "./input-flags.ts";
import type { InputOptions, FormatOptions, RunOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { readRehearsable } from "./read-input.ts";
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

/** More nodes than this are not all rehearsed: a look has to stay a look. */
const mostNodes = 300;

/** `seatrial check`: can each node be drained now, and what should one know before maintenance? */
export async function check(command: CheckCommand): Promise<number> {
  if (command.since !== undefined && command.to !== undefined)
    throw new InputError("--since looks back and --to ahead: give one of them.");
  if (command.since !== undefined) return since(command.since, command);
  const cluster = await readRehearsable(command);
  const target = command.to === undefined ? undefined : upgradeTarget(command.to, cluster);
  const rehearsals = new Rehearsals(cluster, command);
  const names = chosen(cluster, command.selector);
  const runs = names.slice(0, mostNodes).map((node) => ({ node, ...rehearsals.run(drainOf(node)) }));
  const findings = merge([...rehearsals.look(target), ...errorsOf(runs)]);
  const input: CheckInput = {
    cluster,
    drains: runs,
    skipped: Math.max(0, names.length - mostNodes),
    budgets: budgetsOf(runs[0]),
    findings,
    unknown: runs[0]?.verdict.unknown ?? [],
    ...(target ? { target: formatVersion(target) } : {}),
    failOn: command.failOn,
    verbose: command.verbose,
    next: [
      {
        text: ["seatrial drain", shellWord(runs[0]?.node ?? "NODE"), ...inputFlags(command)].join(" "),
        isCommand: true,
        hang: 2,
      },
    ],
  };
  const exitCode = exitCodeOf({ findings }, command.failOn);
  if (command.output === "json")
    process.stdout.write(`${JSON.stringify(checkJson(input, exitCode), undefined, 2)}\n`);
  else if (command.output === "markdown") process.stdout.write(checkMarkdown(input));
  else printBlocks(checkScreen(input), command);
  return exitCode;
}

function chosen({ objects }: Cluster, selector: string | undefined): string[] {
  const wanted = selector === undefined ? [] : selectorOf("--selector", selector);
  return objects.Node.filter(({ labels }) => matchesSelector(wanted, labels)).map(({ name }) => name);
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

/** Errors of the single drains; a service that goes down is a matter of that drain, and a warning here. */
function errorsOf(runs: readonly (Rehearsed & { readonly node: string })[]): Finding[] {
  return runs.flatMap(({ verdict }) =>
    verdict.findings
      .filter(({ severity }) => severity === "error")
      .map((finding) =>
        finding.rule === "service-outage" ? { ...finding, severity: "warning" as const } : finding,
      ),
  );
}

/** Each finding once, worst first. */
function merge(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, info: 2 };
  const seen = new Map<string, Finding>();
  for (const finding of findings) if (!seen.has(findingKey(finding))) seen.set(findingKey(finding), finding);
  return [...seen.values()].sort((a, b) => rank[a.severity] - rank[b.severity] || b.weight - a.weight);
}

function budgetsOf(run: Rehearsed | undefined): Readonly<Record<string, BudgetNumbers>> {
  return run?.trace.header.initial.budgets ?? {};
}
