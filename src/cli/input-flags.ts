import { shellWord } from "../report/next.ts";
import type { InputOptions } from "./options.ts";

/** The flags that name the same cluster again, for a command to be typed next. */
export function inputFlags(options: InputOptions): string[] {
  const { from, filename, context, kubeconfig, nodeShape, assumeNone, seed } = options;
  const named: readonly (readonly [flag: string, value: string | undefined])[] = [
    ["--context", context],
    ["--kubeconfig", kubeconfig],
    ["--node-shape", nodeShape],
    ["--assume-none", assumeNone.length === 0 ? undefined : assumeNone.join(",")],
    ["--as-of", options.asOf],
    ["--kubernetes-version", options.kubernetesVersion],
    ["--scheduler-config", options.schedulerConfig],
    ["--seed", seed === 1 ? undefined : String(seed)],
  ];
  return [
    ...[...from, ...filename].map((path) => `--from ${shellWord(path)}`),
    ...named.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${shellWord(value)}`])),
  ];
}
