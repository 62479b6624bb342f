import { strategyNames } from "./strategy.ts";
import { InvalidArgumentError, Command, CommanderError, Option } from "commander";
import { drainers } from "../facts/drainers.ts";
import {
  assumptionsOption,
  type Done,
  failOnOption,
  seedOption,
  wholeNumber,
  withFormat,
  withInput,
  withOutput,
  withRun,
  withScreen,
} from "./options.ts";
import { addExecute, addLab, addRbac, addSnapshot } from "./cluster-commands.ts";
import { InputError } from "./input-error.ts";
import { plain } from "../report/escape.ts";
import { version } from "./version.ts";

/** kubectl drain's own flags, with their meaning. Source: facts/drain.json, flags. */
const kubectlDrainFlags = [
  ["--ignore-daemonsets", "leave DaemonSet pods where they are"],
  ["--delete-emptydir-data", "go on although pods lose what is in their emptyDir volumes"],
  ["--force", "go on although pods have no controller that makes them again"],
  ["--grace-period <seconds>", "how long pods may take to stop; -1: as each pod says"],
  ["--timeout <duration>", "give up on a node after so long; 0s: never"],
  ["--pod-selector <selector>", "evict only these pods"],
  ["--disable-eviction", "delete pods, past every disruption budget"],
  ["--skip-wait-for-delete-timeout <seconds>", "do not wait for pods that should have been gone so long ago"],
  ["--dry-run <strategy>", "what kubectl's own dry run would print: none, client or server"],
  ["--chunk-size <n>", "taken, as kubectl has it; it changes nothing here"],
] as const;

/** Runs a command line, without the program's own name; returns the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = programWith((code) => (exitCode = code));
  try {
    await program.parseAsync(words.map(bareDryRun), { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

/** kubectl takes a bare `--dry-run` for `client`. */
function bareDryRun(word: string, index: number, words: readonly string[]): string {
  const isBare = word === "--dry-run" && !["none", "client", "server"].includes(words[index + 1] ?? "");
  return isBare ? "--dry-run=client" : word;
}

function programWith(done: Done): Command {
  const program = new Command("seatrial")
    .description(
      "Rehearses Kubernetes maintenance on a copy of a cluster, in virtual time. Only `execute` touches anything.",
    )
    .version(version)
    .showHelpAfterError("(--help lists what there is)")
    .exitOverride()
    .configureHelp({ sortOptions: false });
  addDrain(program, done);
  addRehearse(program, done);
  addCompare(program, done);
  addUpgrade(program, done);
  addRunbook(program, done);
  addCheck(program, done);
  addExecute(program, done);
  addLab(program, done);
  addRbac(program, done);
  addSnapshot(program, done);
  addDemo(program, done);
  addShow(program, done);
  return program;
}

function addDrain(program: Command, done: Done): void {
  const command = program
    .command("drain [nodes...]")
    .description("what `kubectl drain` would do: does it finish, what moves where, what goes down")
    .option("-l, --selector <selector>", "drain the nodes with these labels")
    .option("--at-once", "a kubectl for each node at the same time, beside one after another", false)
    .addOption(drainerOption())
    .option("--as-typed", "do not add the flags without which kubectl refuses", false)
    .addOption(assumptionsOption())
    .option("--print-plan", "print the plan that this makes, and rehearse nothing", false);
  for (const [flags, description] of kubectlDrainFlags) command.option(flags, description);
  withScreen(withOutput(withRun(withInput(command)))).action(
    async (nodes: string[], options: Record<string, unknown>) => {
      const { drain } = await import("./drain.ts");
      const kubectl = Object.fromEntries(
        kubectlDrainFlags.map(([flags]) => {
          const name = /^--([a-z-]+)/.exec(flags)![1]!;
          return [name, options[camelCase(name)]];
        }),
      );
      done(await drain(nodes, { ...options, kubectl } as never));
    },
  );
}

function addRehearse(program: Command, done: Done): void {
  const command = program
    .command("rehearse <plan>")
    .description("a plan file on a cluster, or a scenario file, which brings a cluster of its own");
  withScreen(withOutput(withRun(withInput(command)))).action(async (plan: string, options: unknown) => {
    const { rehearse } = await import("./rehearse.ts");
    done(await rehearse(plan, options as never));
  });
}

function addDemo(program: Command, done: Done): void {
  const command = program
    .command("demo")
    .description("a maintenance that is bundled: on a terminal the terminal interface, elsewhere text");
  command.addOption(seedOption());
  withScreen(withOutput(withRun(command))).setOptionValueWithSource("failOn", "never", "default");
  command.action(async (options: unknown) => {
    const { demo } = await import("./demo.ts");
    done(await demo(options as never));
  });
}

function addCompare(program: Command, done: Done): void {
  const command = program
    .command("compare [plans...]")
    .description("several plan files, or strategies of an upgrade, on the same cluster, side by side")
    .option("--to <version>", "with --strategy: where the upgrade goes")
    .addOption(strategyOption().default([]).argParser(oneMoreStrategy));
  withStrategy(command);
  withFormat(withRun(withInput(command))).action(async (plans: string[], options: unknown) => {
    const { compare } = await import("./compare.ts");
    done(await compare(plans, options as never));
  });
}

function addUpgrade(program: Command, done: Done): void {
  const command = program
    .command("upgrade")
    .description("the plan of an upgrade (kubeadm, EKS, GKE, AKS) from what the cluster is now, rehearsed")
    .requiredOption("--to <version>", "where to: v1.36 (its newest known patch), or v1.36.4")
    .addOption(strategyOption())
    .addOption(assumptionsOption())
    .option("--print-plan", "print the plan that this makes, and rehearse nothing", false);
  withStrategy(command);
  withScreen(withOutput(withRun(withInput(command)))).action(async (options: unknown) => {
    const { upgrade } = await import("./upgrade.ts");
    done(await upgrade(options as never));
  });
}

function addRunbook(program: Command, done: Done): void {
  const command = program
    .command("runbook <plan>")
    .description("a plan file as Markdown: each step with its commands, its predicted time, and when to stop")
    .addOption(failOnOption());
  withRun(withInput(command)).action(async (plan: string, options: unknown) => {
    const { runbook } = await import("./runbook.ts");
    done(await runbook(plan, options as never));
  });
}

/** What shapes the plan of an upgrade, besides where it goes. */
function withStrategy(command: Command): void {
  command
    .option("--lockstep", "workers follow each minor, in place of as few passes as skew allows", false)
    .option("--canary <n>", "so many workers first, alone", wholeNumber, 0)
    .option("--soak-between-minors <duration>", "look at each minor for so long before the next one", "0")
    .option("--max-surge <n|%>", "with surge: how many nodes more there may be (1)")
    .option("--max-unavailable <n|%>", "with surge: how many workers may be missing (0)")
    .option("--max-parallel <n|%>", "how many workers at a time; one, or as the owner of a pool has it")
    .addOption(drainerChoice());
}

function strategyOption(): Option {
  const description = "how workers are upgraded: where they are, or by new nodes";
  return new Option("--strategy <name>", description).choices(strategyNames);
}

/** Each `--strategy` is one more to compare. */
function oneMoreStrategy(name: string, before: unknown): readonly string[] {
  if (!strategyNames.some((each) => each === name))
    throw new InvalidArgumentError(`Allowed choices are ${strategyNames.join(", ")}.`);
  return [...(before as readonly string[]), name];
}

function drainerOption(): Option {
  return drainerChoice().default("kubectl");
}

function drainerChoice(): Option {
  return new Option(
    "--drainer <name>",
    "whose rules apply: kubectl's, or those of a provider's node upgrade",
  ).choices(Object.keys(drainers));
}

function addCheck(program: Command, done: Done): void {
  const command = program
    .command("check")
    .description("can each node be drained now, and what to know before maintenance")
    .option("-l, --selector <selector>", "only the nodes with these labels")
    .option("--since <path>", "compare with a snapshot from before: is everything again as it was?")
    .option("--to <version>", "what stands in the way of an upgrade to this version, minor by minor");
  withFormat(withRun(withInput(command))).action(async (options: unknown) => {
    const { check } = await import("./check.ts");
    done(await check(options as never));
  });
}

function addShow(program: Command, done: Done): void {
  const command = program
    .command("show <trace>")
    .description("a rehearsal that was written with --trace: in the terminal interface, or as text");
  withScreen(withOutput(command)).action(async (trace: string, options: unknown) => {
    const { show } = await import("./show.ts");
    done(await show(trace, options as never));
  });
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Says what went wrong, and returns the exit code: 2 for what a person has to put right. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError) {
    // Paths and names stand in these lines: they are text, whatever they contain.
    const lines = error.lines.flatMap((line) => line.split("\n")).map(plain);
    process.stderr.write(`seatrial: ${lines.join("\n          ")}\n`);
    return 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`seatrial: this is a mistake in Seatrial, not in your input: ${message}\n`);
  if (process.env["SEATRIAL_DEBUG"] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return 3;
}
