import { type Command, InvalidArgumentError, Option } from "commander";
import type { LiveConnection } from "./read-live.ts";

/** The options that several commands share. What they hold is turned into values by the commands themselves. */

export interface InputOptions {
  readonly from: readonly string[];
  /** What kubectl calls it. */
  readonly filename: readonly string[];
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly nodeShape?: string;
  readonly assumeNone: readonly string[];
  readonly asOf?: string;
  readonly kubernetesVersion?: string;
  readonly kubectlVersion?: string;
  readonly schedulerConfig?: string;
  /** Files with what kubeadm says of certificates, `NODE=FILE` or `FILE`. */
  readonly certs?: readonly string[];
  /** Of a live cluster: kubeadm's ConfigMaps too. */
  readonly withConfig?: boolean;
  /** The live cluster, where it is spoken to already. */
  readonly live?: LiveConnection;
  readonly seed: number;
}

/** Takes the exit code of a command that is over. */
export type Done = (exitCode: number) => void;

/** Where virtual time ends, unless said otherwise. */
export const defaultHorizon = "24h";

export interface RunOptions {
  readonly luck: "median" | "sampled";
  readonly horizon: string;
  readonly critical?: string;
  readonly accept: readonly string[];
}

/** What every report takes. */
export interface FormatOptions {
  readonly output: "text" | "markdown" | "json";
  readonly failOn: "error" | "warning" | "never";
  readonly verbose: boolean;
  readonly color: "auto" | "always" | "never";
}

/** What the report of one rehearsal takes besides. */
export interface OutputOptions extends FormatOptions {
  readonly groupBy?: string;
  readonly trace?: string;
  readonly tui: boolean;
}

/** How the terminal interface is shown. */
export interface ScreenOptions {
  readonly ascii: boolean;
  readonly fps: number;
  readonly screenReader: boolean;
  readonly incremental: boolean;
}

/** The options of a command that rehearses a plan. */
export type RehearseOptions = InputOptions & RunOptions & OutputOptions & ScreenOptions;

/** For an option that may be repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const separate = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value.split(",").filter((each) => each !== ""),
];

/** Reads a count that a flag gives. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It has to be a whole number, such as 1.");
  return Number(text);
}

/** Where the cluster comes from. */
export function withInput(command: Command): Command {
  return command
    .option("--from <path>", "a file, a directory or - (standard input); may be repeated", collect, [])
    .option("-f, --filename <path>", "the same, as kubectl calls it", collect, [])
    .option(
      "--context <name>",
      "without --from: the live cluster of this kubeconfig context; else of the current one",
    )
    .option("--kubeconfig <file>", "the kubeconfig file for that")
    .option("-n, --namespace <name>", "the namespace of objects that name none", "default")
    .option("--node-shape <shape>", "put manifests on such nodes: 6,cpu=8,memory=32Gi,zones=a:b:c")
    .option("--assume-none <kinds>", "kinds that the input lacks because there are none", separate, [])
    .option("--as-of <time>", "the moment that the rehearsal starts at (ISO 8601)")
    .option("--kubernetes-version <version>", "the control plane's version, where the input does not tell")
    .option("--kubectl-version <version>", "the kubectl that the plan is carried out with")
    .option(
      "--scheduler-config <file>",
      "the KubeSchedulerConfiguration that the cluster's scheduler runs with",
    )
    .option(
      "--certs <file>",
      "what `kubeadm certs check-expiration -o json` printed; NODE=FILE; may be repeated",
      collect,
      [],
    )
    .addOption(withConfigOption())
    .addOption(seedOption());
}

/** What a snapshot leaves out unless somebody asks for it. */
export function withConfigOption(): Option {
  return new Option(
    "--with-config",
    "of the live cluster, read kubeadm-config, kubelet-config, kube-proxy and coredns too",
  ).default(false);
}

/** Which of the possible futures is rehearsed. */
export function seedOption(): Option {
  return new Option("--seed <n>", "settles what Kubernetes leaves to chance")
    .argParser(wholeNumber)
    .default(1);
}

/** How the rehearsal is run, and which findings count. */
export function withRun(command: Command): Command {
  return command
    .addOption(
      new Option("--luck <how>", "durations: the median each time, or drawn by the seed")
        .choices(["median", "sampled"])
        .default("median"),
    )
    .option("--horizon <duration>", "where virtual time ends", defaultHorizon)
    .option("--critical <selector>", "show findings about these pods' workloads first")
    .option("--accept <rule[=subject]>", "a finding to live with; may be repeated", collect, []);
}

/** What the cluster does not tell, for a command that makes its plan itself. */
export function assumptionsOption(): Option {
  return new Option(
    "--assumptions <file>",
    "load, node pools, how long things take: a plan, or what stands under its assumptions",
  );
}

/** What makes the exit code 1. */
export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "exit 1 from this severity on")
    .choices(["error", "warning", "never"])
    .default("error");
}

/** What is printed. */
export function withFormat(command: Command): Command {
  return command
    .addOption(
      new Option("-o, --output <format>", "what to print")
        .choices(["text", "markdown", "json"])
        .default("text"),
    )
    .addOption(failOnOption())
    .option("-v, --verbose", "everything, not the first screen only", false)
    .addOption(colorOption());
}

/** Whether there are colours. */
export function colorOption(): Option {
  return new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto");
}

/** What is printed of one rehearsal, and where it is kept. */
export function withOutput(command: Command): Command {
  return withFormat(command)
    .option("--group-by <label=key>", "group the findings of a Markdown report by a label")
    .option("--trace <file>", "write every event as JSON Lines (.gz: compressed), for `seatrial show`")
    .option("--tui", "open the terminal interface", false);
}

/** How the terminal interface is shown. */
export function withScreen(command: Command): Command {
  return command
    .option("--ascii", "no characters beyond ASCII", false)
    .option("--fps <n>", "frames a second while playing", wholeNumber, 15)
    .option("--screen-reader", "linear text for a screen reader", false)
    .option("--no-incremental", "repaint whole frames");
}
