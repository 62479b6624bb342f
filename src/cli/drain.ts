import { didYouMean } from "../lib/nearest.ts";
import { drainOptionsFrom } from "../kubectl/parse-nodes.ts";
import type { Cluster } from "../model/cluster.ts";
import { matchesSelector } from "../model/selector.ts";
import { noAssumptions } from "../plan/assumptions.ts";
import type { Assertion, DrainOptions, Plan, Step } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";
import { missingFlags, withFlags } from "../planner/missing-flags.ts";
import { compareBlock } from "../report/compare.ts";
import { flagsBlock } from "../report/flags.ts";
import type { Line } from "../report/layout.ts";
import { drainFlags, sensibleTimeout, shellWord } from "../report/next.ts";
import type { Repairs, Verdict } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import { inputFlags } from "./input-flags.ts";
import type { InputOptions, OutputOptions, RunOptions, ScreenOptions } from "./options.ts";
import { present } from "./present.ts";
import { readInput } from "./read-input.ts";
import { Rehearsals, selectorOf } from "./rehearsal.ts";

export interface DrainCommand extends InputOptions, RunOptions, OutputOptions, ScreenOptions {
  readonly selector?: string;
  readonly atOnce: boolean;
  readonly asTyped: boolean;
  readonly printPlan: boolean;
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
  const options = drainOptionsFrom(command.kubectl);
  if (typeof options === "string") throw new InputError(options);
  const cluster = await readInput(command);
  const nodes = chosenNodes(cluster, names, command.selector);
  const rehearsals = new Rehearsals(cluster, command);
  const typed = planFor(nodes, options, command.atOnce);
  const asTyped = rehearsals.run(typed);
  const missing = command.asTyped ? [] : missingFlags(asTyped.trace);
  const plan = withFlags(typed, missing);
  if (command.printPlan) {
    process.stdout.write(printPlan(plan));
    return 0;
  }
  const rehearsed = missing.length === 0 ? asTyped : rehearsals.run(plan);
  const repairs = rehearsals.repairs(plan, rehearsed.verdict);
  const full = missing.reduce((all, { option }) => ({ ...all, [option]: true }), options);
  const ways = command.atOnce
    ? [
        { name: "at once", verdict: rehearsed.verdict },
        { name: "one after another", verdict: rehearsals.run(planFor(nodes, full, false)).verdict },
      ]
    : [];
  const flags = missing.map(({ flag }) => flag);
  const input = {
    ...rehearsed,
    repairs,
    subject: { command: "drain" as const, hasTimeout: options.timeout > 0 },
    lead: [
      ...(missing.length === 0 ? [] : [flagsBlock(cluster, missing, nodes)]),
      ...(ways.length === 0 ? [] : [compareBlock(ways)]),
    ],
    next: nextLines(nodes, full, rehearsed.verdict, repairs, command),
    ...(flags.length === 0 ? {} : { note: `with ${flags.join(" ")}` }),
  };
  return present(input, command);
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

/** One kubectl for all nodes, or one for each of them at the same time. */
function planFor(nodes: readonly string[], options: DrainOptions, atOnce: boolean): Plan {
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
    drainer: "kubectl",
    defaults: { drain: {} },
    assumptions: noAssumptions,
    assertions,
    steps,
    rollback: [],
    onFailure: { kind: "abort" },
  };
}

/** The next thing to type: the drain itself, or the fix and this rehearsal again. */
function nextLines(
  nodes: readonly string[],
  options: DrainOptions,
  verdict: Verdict,
  { fixes }: Repairs,
  command: DrainCommand,
): Line[] {
  const words = nodes.map(shellWord).join(" ");
  const flags = drainFlags(options);
  const isClean = !verdict.findings.some(({ severity, accepted }) => severity === "error" && !accepted);
  if (isClean && verdict.clientMillis !== undefined) {
    const timeout = options.timeout > 0 ? [] : [`--timeout=${sensibleTimeout(verdict.clientMillis)}`];
    return [
      { text: ["kubectl drain", words, ...flags, ...timeout].join(" "), hang: 2, isCommand: true },
      { text: `# later: kubectl uncordon ${words}`, tone: "quiet" },
    ];
  }
  const again = ["seatrial drain", words, ...flags, ...inputFlags(command)].join(" ");
  if (fixes.length > 0)
    return [
      { text: `fix ${fixes.length > 1 ? "1 to " : ""}${fixes.length}, then:` },
      { text: again, hang: 2, isCommand: true },
    ];
  return [{ text: `${again} --tui`, hang: 2, isCommand: true }];
}
