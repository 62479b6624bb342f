import { isWakening } from "../exec/calendar.ts";
import { type Decision, decide, type Execution, resumeExecution, startExecution } from "../exec/executor.ts";
import type { Command, Fact, Output } from "../exec/protocol.ts";
import type { Before } from "./effects.ts";
import type { Intent } from "./intent.ts";
import type { JournalContent, JournalHeader, JournalRecord } from "./journal.ts";
import type { Approval } from "./people.ts";

/** Where a run stands, as its journal tells. */
export interface Standing {
  readonly execution: Execution;
  /** Commands without an answer, in the order in which they were given. */
  readonly open: readonly OpenCommand[];
  /** The executor's time at the last line, in milliseconds. */
  readonly now: number;
}

export interface OpenCommand {
  readonly command: Command;
  /** What was about to be sent; whether it was is for the cluster to say. */
  readonly intent?: Intent;
  /** A program was about to be started for it, or a person asked, when this was so; what came of it nobody knows. */
  readonly begun?: Before;
  /** A person has agreed to it. */
  readonly approval?: Approval;
}

type CommandRecord = Extract<JournalRecord, { readonly kind: "sent" | "seen" | "begun" | "approved" }>;

function isAboutCommand(record: JournalRecord): record is CommandRecord {
  return ["sent", "seen", "begun", "approved"].includes(record.kind);
}

/** Where a run will stand once a command has had this answer. */
export function answered({ execution, open, now }: Standing, command: string, fact: Fact): Standing {
  const next = decide(execution, { now, command, fact });
  const news = next.outputs.flatMap((output): OpenCommand[] =>
    output.kind === "command" ? [{ command: output.command }] : [],
  );
  const rest = open.filter((entry) => entry.command.id !== command);
  return { execution: next.execution, open: [...rest, ...news], now };
}

/** What the executor has to say, beside what it wants done. */
export type Said = Exclude<Output, { readonly kind: "command" }>;

/** One thing that happens in a run, as it happens, or as its journal tells it again. Times are the executor's. */
export type RunEvent =
  | { readonly kind: "said"; readonly now: number; readonly output: Said }
  | { readonly kind: "record"; readonly record: JournalRecord };

/** How the run of a journal begins. */
export function startOf({ plan, at }: JournalHeader): Decision {
  return startExecution(plan, 0, plan.steps, Date.parse(at));
}

/**
 * Goes through a journal again: the executor decides the same as it did then, because it is told the same, and says the
 * same, which is told to `hear`. Returns a sentence where the journal does not fit the executor.
 */
export function standingOf(
  { header, records }: JournalContent,
  hear: (event: RunEvent) => void = () => undefined,
): Standing | string {
  const open = new Map<string, OpenCommand>();
  let now = 0;
  let execution: Execution;
  const take = (decision: Decision) => {
    for (const output of decision.outputs)
      if (output.kind === "command") open.set(output.command.id, { command: output.command });
      else hear({ kind: "said", now, output });
    return decision.execution;
  };
  execution = take(startOf(header));
  for (const [index, record] of records.entries()) {
    now = record.now;
    hear({ kind: "record", record });
    if (record.kind === "resumed") {
      // What waited for a window looks at the clock again: nobody was at work meanwhile.
      for (const id of open.keys()) if (isWakening(id)) open.delete(id);
      execution = take(resumeExecution(execution, now, Date.parse(record.at) - now));
    }
    if (!isAboutCommand(record)) continue;
    const entry = open.get(record.command);
    if (!entry)
      return `line ${index + 2} is about ${record.command}, which this plan does not do at that point`;
    if (record.kind === "sent") {
      open.set(record.command, { ...entry, intent: record.intent });
      continue;
    }
    if (record.kind === "begun") {
      open.set(record.command, { ...entry, begun: record.before });
      continue;
    }
    if (record.kind === "approved") {
      const { approver, ticket } = record;
      const approval = { approver, ...(ticket === undefined ? {} : { ticket }) };
      open.set(record.command, { ...entry, approval });
      continue;
    }
    const { command, fact } = record;
    // A rollout is told of again and again.
    if (fact.kind !== "rollout") open.delete(command);
    execution = take(decide(execution, { now, command, fact }));
  }
  return { execution, open: [...open.values()], now };
}
