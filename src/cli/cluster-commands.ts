import { type Command, Option } from "commander";
import {
  collect,
  colorOption,
  type Done,
  seedOption,
  withConfigOption,
  withInput,
  withRun,
  withScreen,
} from "./options.ts";

/** The commands about a cluster that runs: a plan carried out on it, or on one like it, its rights, and its snapshot. */

export function addExecute(program: Command, done: Done): void {
  const command = program
    .command("execute [plan]")
    .description("carries a plan file out on the live cluster: rehearsed first, asked for, written down")
    .option("--yes", "do not ask; refused where the rehearsal finds errors", false)
    .option("--journal <file>", "where to write down what is done; else RUN.journal here")
    .option("--resume <journal>", "go on with a run that stopped or was killed")
    .option(
      "--abort <journal>",
      "open the nodes that a run has cordoned, put back what it patched and scaled",
    )
    .option("--on-another-cluster", "take a plan that was made for another cluster", false)
    .option("--hook <kind=program>", "a program for steps that no API can do; may be repeated", collect, [])
    .option("--approve <step>", "agree to an approve step, NAME or NAME@NODE; may be repeated", collect, [])
    .option("--approver <name>", "with --approve: who agrees")
    .option("--ticket <id>", "with --approve: the ticket it rests on")
    .option(
      "--done <step>",
      "with --resume: what a person was asked for is done; may be repeated",
      collect,
      [],
    )
    .option(
      "--decide <step=word>",
      "where a plan pauses at a failure: again, skip or stop; may be repeated",
      collect,
      [],
    )
    .option("--prometheus <url>", "the Prometheus of gates and alerts for which the plan names none")
    .option(
      "--give-up-after <duration>",
      "stop where the API server (or Prometheus) has been away so long",
      "15m",
    )
    .option("--context <name>", "the kubeconfig context")
    .option("--kubeconfig <file>", "the kubeconfig file")
    .option("--kubernetes-version <version>", "the control plane's version, where the cluster does not tell")
    .option(
      "--scheduler-config <file>",
      "the KubeSchedulerConfiguration that the cluster's scheduler runs with",
    )
    .option("-v, --verbose", "everything that the rehearsal found", false)
    .addOption(seedOption())
    .addOption(colorOption());
  command
    .option("--tui", "the terminal interface: what a terminal gets without asking")
    .option("--no-tui", "lines of text, on a terminal too");
  withScreen(withRun(command)).action(async (plan: string | undefined, options: Record<string, unknown>) => {
    const { execute } = await import("./execute.ts");
    done(
      await execute(plan, {
        ...options,
        from: [],
        filename: [],
        assumeNone: [],
        namespace: "default",
      } as never),
    );
  });
}

export function addLab(program: Command, done: Done): void {
  const command = program
    .command("lab <plan>")
    .description(
      "a plan file on a real control plane that is loaded with a snapshot: was the rehearsal right?",
    )
    .option("--limit <duration>", "stop the plan after so long; it takes as long as it takes", "10m")
    .addOption(colorOption());
  withInput(command).action(async (plan: string, options: unknown) => {
    const { lab } = await import("./lab.ts");
    done(await lab(plan, options as never));
  });
}

export function addRbac(program: Command, done: Done): void {
  program
    .command("rbac [plan]")
    .description("the least Role and ClusterRole for reading a cluster, or for carrying a plan out on it")
    .addOption(
      new Option("--for <what>", "what it is to be allowed")
        .choices(["snapshot", "execute"])
        .default("execute"),
    )
    .option("--with-config", "with --for snapshot: kubeadm's ConfigMaps too", false)
    .action(async (plan: string | undefined, options: unknown) => {
      const { rbac } = await import("./rbac.ts");
      done(rbac(plan, options as never));
    });
}

export function addSnapshot(program: Command, done: Done): void {
  program
    .command("snapshot")
    .description("the live cluster in one file, for --from: what you may list, without Secrets")
    .option("--out <file>", "where to; - is standard output", "-")
    .option("--from <path>", "what files hold, in place of a live cluster", collect, [])
    .option("--anonymize", "under other names, which sort as the real ones do", false)
    .option("--context <name>", "the kubeconfig context; else the current one")
    .option("--kubeconfig <file>", "the kubeconfig file")
    .addOption(withConfigOption())
    .action(async (options: unknown) => {
      const { snapshot } = await import("./snapshot.ts");
      done(await snapshot(options as never));
    });
}
