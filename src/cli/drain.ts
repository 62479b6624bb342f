import { didYouMean } from "../lib/nearest.ts";
import { drainOptionsFrom } from "../kubectl/parse-nodes.ts";
import type { Cluster } from "../model/cluster.ts";
import { madeFor } from "../model/cluster-uid.ts";
import { matchesSelector } from "../model/selector.ts";
import type { Assumptions } from "../plan/assumptions.ts";
import { checkPlan } from "../plan/check.ts";
import { drainerProblems } from "../plan/check-drainer.ts";
import type { Assertion, Drainer, DrainOptions, Plan, Step } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";
import { missingFlags, withFlags } from "../planner/missing-flags.ts";
import type { NeededFlag } from "../rules/needed-flags.ts";
import { compareBlock } from "../report/compare.ts";
import { dryRunBlock, printedBlock } from "../report/printed.ts";
import { flagsBlock } from "../report/flags.ts";
import { kindsNotGiven } from "../report/not-given.ts";
import { longerHorizon } from "../report/stops.ts";
import { assumptionsIn } from "./assumptions-file.ts";
import { drainNext } from "./drain-next.ts";
import { InputError } from "./input-error.ts";
import type { InputOptions, OutputOptions, RunOptions, ScreenOptions } from "./options.ts";
import { present } from "./present.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals, selectorOf } from "./rehearsal.ts";

export interface DrainCommand extends InputOptions, RunOptions, OutputOptions, ScreenOptions {
  readonly selector?: string;
  readonly atOnce: boolean;
  readonly asTyped: boolean;
  readonly printPlan: boolean;
  /** A file of what the cluster does not tell. */
  readonly assumptions?: string;
  /** Who drains. */
  readonly drainer: Drainer;
  /** kubectl's own flags, by their names. */
  readonly kubectl: Readonly<Record<string, string | boolean | undefined>>;
}

/** What holds of a drain: nobody asked for the node to be back. */
const assertions: readonly Assertion[] = [
  { name: "no-outage", kind: "noOutage" },
  { name: "nothing-pending", kind: "noPendingPods" },
];

/** `seatrial drain NODE…`: what kubectl's drain would do, as typed and with the flags that it needs. */
export async function drain(names: readonly string[], command: DrainCommand): Promise<number> {
  const asked = drainOptionsFrom(command.kubectl);
  if (typeof asked === "string") throw new InputError(asked);
  const options: DrainOptions = { ...asked, dryRun: "none" };
  const assumptions = assumptionsIn(command.assumptions);
  const cluster = await readInput(command, assumptions);
  const nodes = chosenNodes(cluster, names, command.selector);
  const rehearsals = new Rehearsals(cluster, command);
  const shape = { ...command, assumptions };
  const typed = planFor(nodes, options, shape);
  const problems = drainerProblems(typed, { file: `--drainer ${command.drainer}` });
  if (problems.length > 0) throw new InputError(...problems.map(({ message }) => message));
  if (command.assumptions !== undefined) {
    const untrue = checkPlan(typed, cluster);
    if (untrue.length > 0) throw new InputError(...problemLines(untrue));
  }
  const asTyped = rehearsals.run(typed);
  const lacking = missingFlags(asTyped.trace);
  const missing = command.asTyped ? [] : lacking;
  const plan = withFlags(typed, missing);
  if (command.printPlan) {
    process.stdout.write(printPlan({ ...plan, ...madeFor(cluster) }));
    return 0;
  }
  const rehearsed = missing.length === 0 ? asTyped : rehearsals.run(plan);
  const repairs = rehearsals.repairs(plan, rehearsed.verdict);
  const used = withOptions(options, missing);
  const ways = command.atOnce
    ? [
        { name: "at once", verdict: rehearsed.verdict },
        {
          name: "one after another",
          verdict: rehearsals.run(planFor(nodes, used, { ...shape, atOnce: false })).verdict,
        },
      ]
    : [];
  const flags = missing.map(({ flag }) => flag);
  const input = {
    ...rehearsed,
    repairs,
    subject: { command: "drain" as const, hasTimeout: options.timeout > 0, drainer: command.drainer },
    lead: [
      ...(asked.dryRun === "none"
        ? []
        : [dryRunBlock(rehearsals.run(planFor(nodes, asked, shape)).trace, asked.dryRun, command.verbose)]),
      ...(missing.length === 0 ? [] : [flagsBlock(cluster, missing, nodes)]),
      ...(ways.length === 0 ? [] : [compareBlock(cluster, ways)]),
      ...(command.verbose && command.drainer === "kubectl" ? [printedBlock(rehearsed.trace)] : []),
    ],
    next: drainNext(
      {
        nodes,
        options: withOptions(options, lacking),
        verdict: rehearsed.verdict,
        repairs,
        notGiven: kindsNotGiven(cluster),
        longerHorizon: longerHorizon(rehearsed.verdict, rehearsed.trace),
        isAsTyped: command.asTyped && lacking.length > 0,
      },
      command,
    ),
    ...(flags.length === 0 ? {} : { note: `with ${flags.join(" ")}` }),
  };
  return present(input, command);
}

function withOptions(options: DrainOptions, flags: readonly NeededFlag[]): DrainOptions {
  return flags.reduce((all, { option }) => ({ ...all, [option]: true }), options);
}

/** The nodes that kubectl would drain: by name, or by label. Throws InputError where there is none such. */
function chosenNodes(cluster: Cluster, names: readonly string[], selector: string | undefined): string[] {
  const all = cluster.objects.Node.map(({ name }) => name);
  if (selector !== undefined) {
    if (names.length > 0) throw new InputError("give node names or --selector, not both, as kubectl has it");
    const wanted = selectorOf("--selector", selector);
    const found = cluster.objects.Node.filter(({ labels }) => matchesSelector(wanted, labels));
    if (found.length === 0)
      throw new InputError(`--selector '${selector}': no node of ${cluster.name} matches`);
    return found.map(({ name }) => name);
  }
  if (names.length === 0)
    throw new InputError(
      "which node? seatrial drain NODE…",
      `${cluster.name} has ${all.slice(0, 12).join(", ")}`,
    );
  const chosen = [...new Set(names.map((name) => name.replace(/^nodes?\//, "")))];
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new InputError(
      ...unknown.map((name) => `${cluster.name} has no node ${name}${didYouMean(name, all)}`),
    );
  return chosen;
}

/** One drain of all nodes, or one of each of them at the same time. */
function planFor(
  nodes: readonly string[],
  options: DrainOptions,
  {
    atOnce,
    drainer,
    assumptions,
  }: Pick<DrainCommand, "atOnce" | "drainer"> & { readonly assumptions: Assumptions },
): Plan {
  const drainOf = (names: readonly string[], name: string): Step => ({
    kind: "drain",
    name,
    nodes: { kind: "names", names },
    options,
  });
  const steps: Step[] =
    atOnce && nodes.length > 1
      ? [{ kind: "parallel", name: "at-once", steps: nodes.map((node) => drainOf([node], `drain-${node}`)) }]
      : [drainOf(nodes, "drain")];
  return {
    name: `drain ${nodes.join(" ")}`,
    drainer,
    defaults: { drain: {} },
    assumptions,
    assertions,
    steps,
    rollback: [],
    onFailure: { kind: "abort" },
  };
}
