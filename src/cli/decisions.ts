import { labelOf } from "../adapter/approvals.ts";
import { answered, type Standing } from "../adapter/fold.ts";
import type { DecidedWord } from "../exec/protocol.ts";
import type { Plan } from "../plan/plan.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../lib/shell-word.ts";
import { ask, canAsk } from "./confirm.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { InputError } from "./input-error.ts";

const words: readonly DecidedWord[] = ["again", "skip", "stop"];

/** Reads `--decide STEP=WORD`. Throws InputError where a word is none. */
export function decisionsIn(texts: readonly string[]): Map<string, DecidedWord> {
  return new Map(
    texts.map((text) => {
      const at = text.lastIndexOf("=");
      const word = words.find((each) => each === text.slice(at + 1));
      if (at < 1 || !word)
        throw new InputError(`--decide ${text}: expected STEP=WORD; WORD is ${words.join(", ")}`);
      return [text.slice(0, at), word];
    }),
  );
}

/** The flag by which a decision is given where nobody can be asked. */
export function decideFlag(label: string): string {
  return `--decide ${shellWord(`${label}=again`)}`;
}

/** The question on a terminal, until one of the three words is the answer; undefined where the input ends. */
export async function askForDecision(
  { label, reason }: { readonly label: string; readonly reason: string },
  put: (question: string) => Promise<string | undefined>,
): Promise<DecidedWord | undefined> {
  for (;;) {
    const answer = await put(`${plain(label)} has failed: ${plain(reason)}. again, skip or stop? `);
    const word = words.find((each) => each === answer);
    if (word || answer === undefined) return word;
  }
}

/** What a run that pauses is to go on with, and where it will stand then: that is what the rest is rehearsed from. */
export interface Decided {
  readonly standing: Standing;
  /** In the form of `--decide`. */
  readonly decide: readonly string[];
  /** Whether nothing more is to be done than what the end of a plan asks for. */
  readonly isOver: boolean;
}

/** Has each pause decided before a run goes on. Throws InputError where nobody says. */
export async function decidedFirst(
  standing: Standing,
  plan: Plan,
  command: ExecuteCommand,
): Promise<Decided> {
  const given = decisionsIn(command.decide);
  const decided = new Map<string, DecidedWord>();
  let next = standing;
  for (const { command: asked } of standing.open) {
    if (asked.action.kind !== "decide") continue;
    const label = labelOf(plan, asked);
    const { reason } = asked.action;
    const canBeAsked = !command.yes && canAsk();
    const word = given.get(label) ?? (canBeAsked ? await askForDecision({ label, reason }, ask) : undefined);
    if (!word)
      throw new InputError(
        `${label} has failed, and the run waits for a decision: ${reason}`,
        `Try it again, leave it, or end the plan: ${decideFlag(label)}, or skip, or stop`,
      );
    decided.set(label, word);
    next = answered(next, asked.id, { kind: "decided", word });
  }
  return {
    standing: next,
    decide: [...decided].map(([label, word]) => `${label}=${word}`),
    isOver: next.execution.phase === "ended" || next.execution.phase === "revert",
  };
}
