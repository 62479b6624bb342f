import { stepPath } from "../exec/admission.ts";
import { tooLate } from "../exec/api-error.ts";
import type { ActionOf, Command, Fact } from "../exec/protocol.ts";
import type { Plan } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import type { Clock } from "./clock.ts";
import type { OpenCommand } from "./fold.ts";
import type { JournalEntry } from "./journal.ts";
import type { AskApproval, NoAnswer } from "./people.ts";
import type { Wait } from "./run.ts";
import { Stopped } from "./stopped.ts";

interface ApprovalParts {
  readonly clock: Clock;
  readonly plan: Plan;
  readonly askApproval: AskApproval;
  readonly append: (entry: JournalEntry) => void;
}

/**
 * Waits for a person to agree. What stands in the journal is not asked again; what is said after the last moment counts
 * for nothing. Undefined where the answer is not waited for any more.
 */
export async function approvalFor(
  { clock, plan, askApproval, append }: ApprovalParts,
  { command, approval, action }: OpenCommand & { readonly action: ActionOf<"approve"> },
  wait: Wait,
): Promise<Fact | undefined> {
  if (approval) return { kind: "reached" };
  const { until } = action;
  const late = new AbortController();
  const left = until === undefined ? undefined : until - clock.now();
  if (left !== undefined && left < 0) return { kind: "error", error: tooLate(until ?? 0) };
  const cancel = left === undefined ? () => undefined : clock.after(left, () => late.abort());
  try {
    const step = stepAt(plan, stepPath(command.id));
    const own = step?.kind === "approve" ? step : undefined;
    const answer = await askApproval({
      label: labelOf(plan, command),
      by: own?.by,
      needsTicket: own?.ticket ?? false,
      ...(until === undefined ? {} : { until }),
      ...(wait.deadline === undefined ? {} : { deadline: wait.deadline }),
      signal: AbortSignal.any([wait.signal, late.signal]),
    });
    if (wait.signal.aborted) return undefined;
    if (late.signal.aborted) return { kind: "error", error: tooLate(until ?? 0) };
    if ("refusal" in answer) throw stoppedBy(command.id, answer);
    append({ kind: "approved", command: command.id, ...answer });
    return { kind: "reached" };
  } finally {
    cancel();
  }
}

/** A step as a person names it, with its node where it is one of several turns: `swap-disk@node-7`. */
export function labelOf(plan: Plan, command: Command): string {
  const { action } = command;
  const name = stepAt(plan, stepPath(command.id))?.name ?? action.kind;
  const node = "node" in action ? action.node : "";
  return node === "" ? name : `${name}@${node}`;
}

export function stoppedBy(step: string, { refusal, flags }: NoAnswer): Stopped {
  return flags === undefined
    ? new Stopped({ kind: "refused", step, message: refusal })
    : new Stopped({ kind: "person", step, message: refusal, flags });
}
