import { readFlags, type ReadProgram } from "../facts/autoscaler-flags.ts";
import { collectedFlags } from "../facts/control-plane-flags.ts";
import type { CommandLine } from "../model/command-line.ts";

/** The parts of a container that tell with which flags its program runs. */
export interface ContainerWords {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/**
 * A component of the control plane, or an autoscaler, with those of its flags that are read (facts/control-plane-flags.ts,
 * autoscaler-flags.ts); undefined where the container runs something else, or its command line is not given. The last of a flag counts, as in Go's pflag;
 * those that add up are joined by commas. A shell script that starts the program tells nothing.
 */
export function commandLineOf({ image, command, args }: ContainerWords): CommandLine | undefined {
  const words = [...command, ...args];
  const start = programAt(words, image);
  if (!start) return undefined;
  const known = new Set<string>(readFlags[start.program]);
  const flags: Record<string, string> = {};
  for (let index = start.next; index < words.length; index++) {
    const match = /^--?([A-Za-z0-9_.-]+)(?:=(.*))?$/s.exec(words[index]!);
    if (!match) continue;
    // pflag takes underscores for dashes.
    const name = match[1]!.replaceAll("_", "-");
    const following = words[index + 1];
    const isApart = match[2] === undefined && following !== undefined && !following.startsWith("-");
    const value = match[2] ?? (isApart ? following : "true");
    if (isApart) index++;
    if (!known.has(name)) continue;
    const before = flags[name];
    flags[name] = before !== undefined && collectedFlags.has(name) ? `${before},${value}` : value;
  }
  return { program: start.program, flags };
}

/** The same command line with nothing but the flags that are read: what a snapshot keeps of it. */
export function keptCommand(words: ContainerWords): readonly string[] | undefined {
  const line = commandLineOf(words);
  return line && [line.program, ...Object.entries(line.flags).map(([name, value]) => `--${name}=${value}`)];
}

/** The program of a command line, and where its flags begin. Without a command the image's entry point runs. */
function programAt(
  words: readonly string[],
  image: string,
): { readonly program: ReadProgram; readonly next: number } | undefined {
  const base = (word: string | undefined) => /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(word ?? "")?.[1] ?? "";
  const first = base(words[0]);
  if (isFlagged(first)) return { program: first, next: 1 };
  if (first === "hyperkube") {
    const second = base(words[1]);
    const program = isFlagged(second) ? second : `kube-${second}`;
    return isFlagged(program) ? { program, next: 2 } : undefined;
  }
  const own = base(image).replace(/-(amd64|arm64|arm|ppc64le|s390x)$/, "");
  return words[0]?.startsWith("-") && isFlagged(own) ? { program: own, next: 0 } : undefined;
}

function isFlagged(name: string): name is ReadProgram {
  return Object.hasOwn(readFlags, name);
}
