import { leftCordoned } from "../adapter/changes.ts";
import { standingOf } from "../adapter/fold.ts";
import { type Journal, readJournal, type JournalRecord } from "../adapter/journal.ts";
import type { RunEnd } from "../adapter/run.ts";
import { Stopped, type StopReason } from "../adapter/stopped.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../lib/shell-word.ts";
import { runTable } from "../report/run-table.ts";
import type { RunView } from "../report/run-view.ts";
import { clock } from "../report/steps.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import type { RunSession } from "./execute-run.ts";
import { printBlocks } from "./output.ts";
import { RunAccount } from "./run-account.ts";
import { print } from "./run-screen.ts";
import { stopLines } from "./stop-words.ts";

/** How `seatrial execute` ends: it was done; it ended with a failed step; it stopped before its end, and can go on. */
export const exitCodes = { done: 0, failed: 1, stopped: 4 } as const;

/** Puts the end of a run down in its journal. */
export function putDown(end: RunEnd, journal: Pick<Journal, "append">, now: number): void {
  const at = new Date().toISOString();
  const entry =
    end.kind === "ended"
      ? ({ kind: "ended", outcome: end.end.outcome, reason: end.end.reason } as const)
      : ({ kind: "stopped", why: end.reason.kind, detail: detailOf(end.reason) } as const);
  try {
    journal.append({ now, at, ...entry });
  } catch (error) {
    // A full disk ends a run by itself; that this line is missing changes nothing.
    if (!(error instanceof Stopped)) throw error;
  }
}

function detailOf(reason: StopReason): string {
  if ("message" in reason) return reason.message;
  if (reason.kind === "window") return `until ${reason.at}`;
  if (reason.kind === "alert") return [`before ${reason.node}:`, ...reason.alerts].join("\n");
  return reason.kind === "drift" ? reason.lines.join("\n") : "";
}

/** Says what the end of a run means, what was predicted and what came of it, and what to type next; returns the exit code. */
export function sayEnd(end: RunEnd, session: RunSession, view: RunView): number {
  if (end.kind === "stopped") return sayStopped(end.reason, session);
  const { outcome, reason } = end.end;
  const isDone = outcome === "done";
  const why = reason === "" ? "" : `: ${plain(reason)}`;
  print(`\n${isDone ? "Done" : "Failed"} after ${clock(view.now)}${why}`);
  sayTable(session, view);
  if (!isDone) sayLeft(recordsIn(session.journal.path));
  return isDone ? exitCodes.done : exitCodes.failed;
}

function sayStopped(reason: StopReason, session: RunSession): number {
  const records = recordsIn(session.journal.path);
  // What was answered after the stop has not been followed up: the journal says what comes of it.
  const account = new RunAccount(session.header);
  standingOf({ header: session.header, records, bytes: 0 }, (event) => account.hear(event));
  const { view } = account;
  print(`\nStopped after ${clock(view.now)}`);
  for (const line of stopLines(reason, session.client)) print(plain(line));
  sayTable(session, view);
  sayLeft(records);
  const path = shellWord(session.journal.path);
  const flags = targetFlags(session.command);
  print(`\nGo on:       seatrial execute --resume ${path}${goOnFlags(reason, session.command)}${flags}`);
  print(`Put it back: seatrial execute --abort ${path}${flags}`);
  return exitCodes.stopped;
}

function sayTable({ command }: RunSession, view: RunView): void {
  const blocks = runTable(view, command.verbose);
  if (blocks.length === 0) return;
  print("");
  printBlocks(blocks, command);
  print("");
}

/** What the run needs to be told again, or for the first time. */
function goOnFlags(reason: StopReason, { prometheus }: ExecuteCommand): string {
  const answer = reason.kind === "person" ? ` ${reason.flags}` : "";
  return `${answer}${prometheus === undefined ? "" : ` --prometheus ${shellWord(prometheus)}`}`;
}

export function targetFlags({ context, kubeconfig }: ExecuteCommand): string {
  return [
    ...(context === undefined ? [] : [` --context ${shellWord(context)}`]),
    ...(kubeconfig === undefined ? [] : [` --kubeconfig ${shellWord(kubeconfig)}`]),
  ].join("");
}

function sayLeft(records: readonly JournalRecord[]): void {
  const nodes = leftCordoned(records);
  print(
    nodes.length === 0
      ? "No node is left cordoned by this run."
      : `Left cordoned: ${nodes.map(plain).join(", ")}`,
  );
}

function recordsIn(path: string): readonly JournalRecord[] {
  const content = readJournal(path);
  return "problem" in content ? [] : content.records;
}
