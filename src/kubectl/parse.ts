import { parseArgs, type ParseArgsConfig } from "node:util";
import { didYouMean } from "../lib/nearest.ts";
import { drain, label, onNodes, taint } from "./parse-nodes.ts";
import { createRaw, get, patch, remove, rollout, scale, setImage } from "./parse-objects.ts";
import { type Command, type Flags, type ParseResult, refuse } from "./parse-result.ts";

/** kubectl's command lines, as steps that the executor can carry out. */

const common = {
  namespace: { type: "string", short: "n" },
  selector: { type: "string", short: "l" },
  timeout: { type: "string" },
  "dry-run": { type: "string" },
} as const;

interface Definition {
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  readonly run: Command;
}

const commands: Readonly<Record<string, Definition>> = {
  drain: {
    options: {
      ...common,
      "ignore-daemonsets": { type: "boolean" },
      "delete-emptydir-data": { type: "boolean" },
      force: { type: "boolean" },
      "grace-period": { type: "string" },
      "pod-selector": { type: "string" },
      "disable-eviction": { type: "boolean" },
      "skip-wait-for-delete-timeout": { type: "string" },
      "chunk-size": { type: "string" },
    },
    run: drain,
  },
  create: {
    options: { ...common, raw: { type: "string" }, filename: { type: "string", short: "f" } },
    run: createRaw,
  },
  cordon: { options: common, run: (words, flags) => onNodes("cordon", words, flags) },
  uncordon: { options: common, run: (words, flags) => onNodes("uncordon", words, flags) },
  taint: { options: { ...common, overwrite: { type: "boolean" }, all: { type: "boolean" } }, run: taint },
  label: { options: { ...common, overwrite: { type: "boolean" } }, run: label },
  scale: { options: { ...common, replicas: { type: "string" }, all: { type: "boolean" } }, run: scale },
  patch: {
    options: { ...common, patch: { type: "string", short: "p" }, type: { type: "string" } },
    run: patch,
  },
  set: { options: { ...common, all: { type: "boolean" } }, run: setImage },
  get: { options: { ...common, all: { type: "boolean" } }, run: get },
  rollout: { options: { ...common, watch: { type: "string" } }, run: rollout },
  delete: {
    options: {
      ...common,
      all: { type: "boolean" },
      wait: { type: "string" },
      cascade: { type: "string" },
      force: { type: "boolean" },
      "grace-period": { type: "string" },
      "field-selector": { type: "string" },
      "ignore-not-found": { type: "string" },
    },
    run: remove,
  },
};

/** Reads one command line without the leading `kubectl`. */
export function parseKubectl(words: readonly string[], namespace: string): ParseResult {
  const [name = "", ...rest] = words;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    return refuse(`error: unknown command "${name}" for "kubectl"${didYouMean(name, Object.keys(commands))}`);
  let parsed: { values: Flags; positionals: string[] };
  try {
    const args = rest.map(withValue);
    parsed = parseArgs({
      args,
      options: command.options,
      allowPositionals: true,
      strict: true,
    }) as typeof parsed;
  } catch (error) {
    return refuse(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
  const chosen = parsed.values["namespace"];
  return command.run(parsed.positionals, parsed.values, typeof chosen === "string" ? chosen : namespace);
}

/** `--ignore-daemonsets=true` is what kubectl also takes for a flag without a value. */
function withValue(word: string): string {
  return word.endsWith("=true") && /^--[a-z-]+=true$/.test(word) && !/^--(wait|watch)=/.test(word)
    ? word.slice(0, -"=true".length)
    : word;
}
