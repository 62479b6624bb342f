import type { Line } from "../report/layout.ts";
import { shellWord } from "../lib/shell-word.ts";
import { defaultHorizon, type InputOptions, type RunOptions } from "./options.ts";

type Named = readonly (readonly [flag: string, value: string | undefined])[];

/** The flags that name the cluster. */
export function clusterFlags(options: InputOptions): string[] {
  const { from, filename, assumeNone, namespace } = options;
  return [
    ...[...from, ...filename].map((path) => `--from ${shellWord(path)}`),
    ...words([
      ["--context", options.context],
      ["--kubeconfig", options.kubeconfig],
      ["--namespace", namespace === "default" ? undefined : namespace],
      ["--node-shape", options.nodeShape],
      ["--assume-none", assumeNone.length === 0 ? undefined : assumeNone.join(",")],
      ["--as-of", options.asOf],
      ["--kubernetes-version", options.kubernetesVersion],
      ["--kubectl-version", options.kubectlVersion],
    ]),
    ...(options.certs ?? []).map((each) => `--certs ${shellWord(each)}`),
    ...(options.withConfig ? ["--with-config"] : []),
  ];
}

/**
 * The flags under which the same comes out again, for a command to be typed next. Standard input is read once, so it is
 * not among them: {@link inputHint} says so.
 */
export function inputFlags(options: InputOptions & RunOptions): string[] {
  const { seed, luck, horizon, accept, from, filename } = options;
  const files = (paths: readonly string[]) => paths.filter((path) => path !== "-");
  return [
    ...clusterFlags({ ...options, from: files(from), filename: files(filename) }),
    ...words([
      ["--scheduler-config", options.schedulerConfig],
      ["--seed", seed === 1 ? undefined : String(seed)],
      ["--luck", luck === "median" ? undefined : luck],
      ["--horizon", horizon === defaultHorizon ? undefined : horizon],
      ["--critical", options.critical],
      ...accept.map((waiver) => ["--accept", waiver] as const),
    ]),
  ];
}

/** Whether the cluster comes from files: they stay as they are when the cluster changes. */
export function isFromFiles({ from, filename }: Pick<InputOptions, "from" | "filename">): boolean {
  return from.length + filename.length > 0;
}

/** What has to be said beside a command that cannot name its input. */
export function inputHint({ from, filename }: Pick<InputOptions, "from" | "filename">): Line[] {
  if (![...from, ...filename].includes("-")) return [];
  return [{ text: "# and the cluster on standard input again: --from -", tone: "quiet" }];
}

function words(named: Named): string[] {
  return named.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${shellWord(value)}`]));
}
