import { drainers } from "../facts/drainers.ts";
import type { Kind } from "../model/cluster.ts";
import type { Drainer, DrainOptions } from "../plan/plan.ts";
import type { Line } from "../report/layout.ts";
import { shellWord } from "../lib/shell-word.ts";
import { drainFlags, sensibleTimeout } from "../report/next.ts";
import type { Repairs, VerifiedFix, Verdict } from "../verdict/verdict.ts";
import { inputFlags, isFromFiles } from "./input-flags.ts";
import { afterFix, commandLines, settleLines } from "./next-lines.ts";
import type { InputOptions, RunOptions } from "./options.ts";

/** What a drain came to, and what it was asked for with. */
export interface DrainEnd {
  readonly nodes: readonly string[];
  /** With every flag that kubectl asks for, whether it was rehearsed with them or not. */
  readonly options: DrainOptions;
  readonly verdict: Verdict;
  readonly repairs: Repairs;
  /** Kinds that the input does not settle. */
  readonly notGiven: readonly Kind[];
  /** A horizon that it would come to its end within, where virtual time ended first. */
  readonly longerHorizon: string | undefined;
  /** Whether flags were left out that kubectl asks for. */
  readonly isAsTyped: boolean;
}

type DrainWords = InputOptions &
  RunOptions & { readonly atOnce: boolean; readonly drainer: Drainer; readonly assumptions?: string };

/** Fixes from this harm on are not put into anybody's hands: they are rehearsed once more. */
const harmful = 5;

/** The next thing to type: the drain itself, or the fix and this rehearsal again. */
export function drainNext(end: DrainEnd, command: DrainWords): Line[] {
  const { options, verdict, repairs, notGiven } = end;
  const { drainer } = command;
  const { fixes, together } = repairs;
  const again = rehearsal(end, options, command);
  if (isClean(verdict)) {
    if (notGiven.length > 0) return settleLines(notGiven, words(end, options, command), command);
    if (drainer !== "kubectl")
      return [{ text: `# nothing to type: ${drainers[drainer].title} does it`, tone: "quiet" }];
    return kubectlDrain(end, command);
  }
  // Without the flags it is refused again: with them it was not rehearsed yet.
  if (end.isAsTyped) return commandLines(again, command);
  const [first] = fixes;
  if (first && !together && first.suggestion.edit.kind === "drain")
    return withOtherFlags(end, first, first.suggestion.edit.options, command);
  if (first && !together && first.suggestion.edit.kind === "serial")
    return [{ text: "fix 1 above in place of this command: it drains the nodes itself" }];
  if (fixes.length > 0 || together)
    return [afterFix(repairs, isFromFiles(command)), ...commandLines(again, command)];
  if (end.longerHorizon !== undefined)
    return commandLines(rehearsal(end, options, { ...command, horizon: end.longerHorizon }), command);
  if (notGiven.length > 0) return settleLines(notGiven, words(end, options, command), command);
  return commandLines([...again, "--tui"], command);
}

function isClean({ findings, clientMillis }: Verdict): boolean {
  const hasError = findings.some(({ severity, accepted }) => severity === "error" && !accepted);
  return !hasError && clientMillis !== undefined;
}

/** Other flags of the drain are the fix: the command with them, where that was rehearsed to a good end. */
function withOtherFlags(
  end: DrainEnd,
  { suggestion, verdict }: VerifiedFix,
  changes: Partial<DrainOptions>,
  command: DrainWords,
): Line[] {
  const isDone = isClean(verdict) && end.notGiven.length === 0 && suggestion.harm < harmful;
  if (isDone) return suggestion.commands.map((text): Line => ({ text, isCommand: true, hang: 2 }));
  return commandLines(rehearsal(end, { ...end.options, ...changes }, command), command);
}

/** kubectl's own command: at once, one for each node. */
function kubectlDrain({ nodes, options, verdict }: DrainEnd, { atOnce }: DrainWords): Line[] {
  const timeout = options.timeout > 0 ? [] : [`--timeout=${sensibleTimeout(verdict.clientMillis ?? 0)}`];
  const flags = [...drainFlags(options), ...timeout];
  const drainOf = (names: readonly string[]) =>
    ["kubectl drain", ...names.map(shellWord), ...flags].join(" ");
  const isSeveral = atOnce && nodes.length > 1;
  const commands = isSeveral ? nodes.map((node) => `${drainOf([node])} &`) : [drainOf(nodes)];
  return [
    ...commands.map((text): Line => ({ text, hang: 2, isCommand: true })),
    { text: `# later: kubectl uncordon ${nodes.map(shellWord).join(" ")}`, tone: "quiet", hang: 2 },
  ];
}

function words(
  { nodes }: DrainEnd,
  options: DrainOptions,
  { atOnce, drainer, assumptions }: DrainWords,
): string[] {
  return [
    "seatrial drain",
    ...nodes.map(shellWord),
    ...(drainer === "kubectl" ? [] : [`--drainer ${drainer}`]),
    ...(atOnce ? ["--at-once"] : []),
    ...drainFlags(options),
    ...(assumptions === undefined ? [] : [`--assumptions ${shellWord(assumptions)}`]),
  ];
}

function rehearsal(end: DrainEnd, options: DrainOptions, command: DrainWords): string[] {
  return [...words(end, options, command), ...inputFlags(command)];
}
