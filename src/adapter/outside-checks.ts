import type { Command } from "../exec/protocol.ts";
import { compares, type CommandCondition, comparisonText, outsideText } from "../plan/outside.ts";
import type { OutsideCondition, PrometheusCondition } from "../plan/outside.ts";
import type { Plan } from "../plan/plan.ts";
import type { Api } from "./api.ts";
import { hookEnvironment } from "./hook-environment.ts";
import { runHook } from "./hook-process.ts";
import type { JournalEntry } from "./journal.ts";
import { nodeState } from "./node-state.ts";
import { type AskPrometheus, seriesText } from "./prometheus.ts";

/** One look at what the cluster does not tell. */
export interface OutsideLook {
  readonly holds: boolean;
  /** What was seen: printed and put down where it is another thing than at the look before. */
  readonly seen: string;
  /** Why no further look would help. */
  readonly failure?: string;
}

/** Looks at one condition of the gate that `command` is for. */
export type LookOutside = (
  condition: OutsideCondition,
  command: Command,
  signal: AbortSignal,
) => Promise<OutsideLook>;

export interface OutsideParts {
  readonly api: Api;
  readonly plan: Plan;
  readonly run: string;
  readonly askPrometheus: AskPrometheus;
  /** Where conditions look that name no server. */
  readonly server: string | undefined;
  readonly append: (entry: JournalEntry) => void;
  readonly say: (line: string) => void;
}

/** A command of a gate that has no end is ended, and looked at again: it is a look, and not work. Milliseconds. */
const longestLookMillis = 300_000;

/** Looks at conditions by running their commands and asking their Prometheus; what changes is printed and put down. */
export function outsideLooks(parts: OutsideParts): LookOutside {
  const last = new Map<string, string>();
  return async (condition, command, signal) => {
    const look =
      condition.kind === "command"
        ? await runCommand(parts, condition, command, signal)
        : await query(parts, condition, signal);
    const key = `${command.id} ${JSON.stringify(condition)}`;
    if (signal.aborted || last.get(key) === look.seen) return look;
    last.set(key, look.seen);
    const text = `${look.holds ? "holds" : "does not hold"}: ${look.seen}`;
    parts.append({ kind: "said", command: command.id, by: outsideText(condition), text });
    `${outsideText(condition)} ${text}`.split("\n").forEach(parts.say);
    return look;
  };
}

async function runCommand(
  { api, plan, run }: OutsideParts,
  { command: words }: CommandCondition,
  command: Command,
  signal: AbortSignal,
): Promise<OutsideLook> {
  const node = "node" in command.action ? command.action.node : "";
  const address = node === "" ? "" : ((await nodeState(api, node))?.address ?? "");
  const environment = hookEnvironment(plan, run, command, address);
  const hook = { words, environment, timeoutMillis: longestLookMillis, signal };
  const { problem, output, isStarted } = await runHook(hook, () => undefined);
  const printed = output.trimEnd();
  const seen = [problem ?? "exit code 0", ...(printed === "" ? [] : [printed])].join("\n");
  return {
    holds: problem === undefined,
    seen,
    ...(isStarted || problem === undefined ? {} : { failure: problem }),
  };
}

async function query(
  { askPrometheus, server: given }: OutsideParts,
  condition: PrometheusCondition,
  signal: AbortSignal,
): Promise<OutsideLook> {
  const server = condition.server ?? given;
  if (server === undefined) {
    const seen = "no Prometheus is given";
    return { holds: false, seen, failure: seen };
  }
  const answer = await askPrometheus(server, condition.query, signal);
  if (answer.kind === "problem") {
    const { message, isFinal } = answer;
    return { holds: false, seen: message, ...(isFinal ? { failure: message } : {}) };
  }
  const [first, ...others] = answer.samples;
  if (!first)
    return { holds: false, seen: "the query gives no series (a comparison inside it filters them out)" };
  if (others.length > 0) {
    const names = answer.samples.slice(0, 3).map(({ labels }) => seriesText("", labels));
    const more = answer.samples.length > 3 ? ", …" : "";
    const seen = `the query gives ${answer.samples.length} series, not one: make one of them with min(), max() or sum() (${names.join(", ")}${more})`;
    return { holds: false, seen };
  }
  const holds = compares(first.value, condition.is);
  return {
    holds,
    seen: `the value is ${first.value}${holds ? "" : `, not ${comparisonText(condition.is)}`}`,
  };
}
