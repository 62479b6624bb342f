import { Api } from "../adapter/api.ts";
import type { ApiClient } from "../adapter/api-client.ts";
import type { Acquaintance } from "../adapter/cluster-identity.ts";
import { attendantOf } from "../adapter/attend.ts";
import { machineClock } from "../adapter/clock.ts";
import type { Journal, JournalEntry, JournalHeader, JournalRecord } from "../adapter/journal.ts";
import { leftCordoned } from "../adapter/changes.ts";
import { readJournal } from "../adapter/journal.ts";
import { nodeAlerts } from "../adapter/node-alerts.ts";
import { NodeEvents } from "../adapter/node-events.ts";
import { outsideLooks } from "../adapter/outside-checks.ts";
import type { RunLease } from "../adapter/lease.ts";
import { Run, type RunEnd, type RunListener } from "../adapter/run.ts";
import type { Standing } from "../adapter/fold.ts";
import { Stopped, type StopReason } from "../adapter/stopped.ts";
import type { Action } from "../exec/protocol.ts";
import { openSteps } from "../exec/open-steps.ts";
import { startExecution } from "../exec/executor.ts";
import { humanDuration, parseDuration } from "../lib/duration.ts";
import type { Cluster } from "../model/cluster.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../report/next.ts";
import { RunLines } from "./run-lines.ts";
import { clock as clockText } from "../report/steps.ts";
import { askPerson } from "./ask-person.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { guardOf } from "./guard.ts";
import { programsOf } from "./people.ts";
import { liveInput } from "./live-api.ts";
import { InputError } from "./input-error.ts";
import { askingPrometheus } from "./prometheus-server.ts";
import type { Rehearsed } from "./rehearsal.ts";
import { stopLines } from "./stop-words.ts";

export interface RunSession {
  readonly client: ApiClient;
  readonly acquaintance: Acquaintance;
  readonly lease: RunLease;
  readonly journal: Journal;
  readonly header: JournalHeader;
  readonly command: ExecuteCommand;
  /** The plan, or what is left of it, as it was agreed to. */
  readonly rehearsed: Rehearsed;
  readonly cluster: Cluster;
  /** Where it stands, if it was begun before. */
  readonly standing?: Standing;
}

/** It ended with a failed step; it stopped before its end, and can go on. */
const exitCodes = { done: 0, failed: 1, stopped: 4 } as const;

/** Carries a run out, prints what it does, and says at its end how it stands and what to type next. */
export async function carryOutRun(session: RunSession, go: (run: Run) => Promise<RunEnd>): Promise<number> {
  const { client, lease, journal, header, command, rehearsed } = session;
  const abort = new AbortController();
  const standing = session.standing ?? startOf(header);
  const lines = new RunLines(rehearsed.trace, standing.now, openSteps(standing.execution));
  const touched = new Set<string>();
  const api = new Api(client, {
    clock: machineClock,
    patienceMillis: patienceOf(command.giveUpAfter),
    listener: {
      silent: (message) => say(`         ${client.server} does not answer: ${message}; waiting`),
      back: (millis) => say(`         it answers again, after ${humanDuration(millis)}`),
    },
    refusalMillis: 10_000,
    signal: abort.signal,
  });
  const doer = { user: header.user, plan: header.plan.name, run: header.run };
  const events = new NodeEvents(client, machineClock, doer, (message) => say(`         ${plain(message)}`));
  const input = liveInput(command, session.acquaintance);
  const append = (entry: JournalEntry) =>
    journal.append({ now: run.now, at: new Date().toISOString(), ...entry });
  const outside = {
    askPrometheus: askingPrometheus(),
    server: command.prometheus,
    append,
    say: (line: string) => say(`         | ${plain(line)}`),
  };
  const run: Run = new Run(
    {
      api,
      abort,
      clock: machineClock,
      journal,
      assureLease: () => lease.assure(),
      guard: guardOf({ api, header, input, agreed: rehearsed.verdict, cluster: session.cluster, touched }),
      attendant: attendantOf({
        api,
        clock: machineClock,
        plan: header.plan,
        run: header.run,
        signal: abort.signal,
        programs: programsOf(command.hook),
        askPerson: askPerson(command.yes),
        append,
        say: outside.say,
      }),
      lookOutside: outsideLooks({ ...outside, api, plan: header.plan, run: header.run }),
      beforeNode: nodeAlerts({
        ...outside,
        alerts: header.plan.alerts ?? [],
        now: machineClock.now,
        pause: (millis) => api.pause(millis),
        patienceMillis: patienceOf(command.giveUpAfter),
        records: recordsIn(journal.path),
      }),
      listener: listenerOf(lines, touched, events),
      pendingBefore: new Set(header.pendingBefore),
    },
    standing,
  );
  say(`\nRun ${header.run} on ${client.context} as ${header.user}; its journal is ${journal.path}\n`);
  lease.keep(api, (holder) => run.stop({ kind: "lease", holder }));
  const unlisten = stopOnSignals(run);
  try {
    return finish(await go(run), session, run.now);
  } finally {
    unlisten();
    await events.settled();
    journal.close();
  }
}

function startOf({ plan }: JournalHeader): Standing {
  return { execution: startExecution(plan, 0).execution, open: [], now: 0 };
}

/** Reads how long to wait for a server that is away. Throws InputError. */
function patienceOf(text: string): number {
  const millis = parseDuration(text);
  if (millis === undefined || millis < 0)
    throw new InputError(`--give-up-after ${text}: expected a duration such as 15m`);
  return millis;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function listenerOf(lines: RunLines, touched: Set<string>, events: NodeEvents): RunListener {
  return {
    said: (output, now) => {
      lines.said(output, now).forEach(say);
      if (output.kind === "note" && output.note.kind === "drained") events.post(output.note.node, "Drained");
    },
    sending: (action: Action) => {
      if ("node" in action) touched.add(action.node);
      if ("workload" in action) touched.add(action.workload);
      lines.sending(action).forEach(say);
    },
    wrote: (action) => events.wrote(action),
    looking: () => undefined,
  };
}

/** The first signal ends the run once what was sent is answered; the second one ends the process as it stands. */
function stopOnSignals(run: Run): () => void {
  let isAsked = false;
  const onSignal = (signal: string) => {
    if (isAsked) process.exit(exitCodes.stopped);
    isAsked = true;
    process.stderr.write(`\n${signal}: stopping once what was sent is answered; again: at once\n`);
    run.stop({ kind: "asked", signal });
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Puts the end down, and says what it means. */
function finish(end: RunEnd, session: RunSession, now: number): number {
  const { journal } = session;
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
  if (end.kind === "stopped") return sayStopped(end.reason, session, now);
  const { outcome, reason } = end.end;
  const isDone = outcome === "done";
  say(`\n${isDone ? "Done" : "Failed"} after ${clockText(now)}${reason === "" ? "" : `: ${plain(reason)}`}`);
  if (!isDone) sayLeft(session);
  return isDone ? exitCodes.done : exitCodes.failed;
}

function detailOf(reason: StopReason): string {
  if ("message" in reason) return reason.message;
  if (reason.kind === "alert") return [`before ${reason.node}:`, ...reason.alerts].join("\n");
  return reason.kind === "drift" ? reason.lines.join("\n") : "";
}

function sayStopped(reason: StopReason, session: RunSession, now: number): number {
  say(`\nStopped after ${clockText(now)}`);
  for (const line of stopLines(reason, session.client)) say(plain(line));
  sayLeft(session);
  const path = shellWord(session.journal.path);
  const flags = targetFlags(session.command);
  say(`\nGo on:       seatrial execute --resume ${path}${flags}`);
  say(`Put it back: seatrial execute --abort ${path}${flags}`);
  return exitCodes.stopped;
}

function targetFlags({ context, kubeconfig, prometheus }: ExecuteCommand): string {
  return [
    ...(prometheus === undefined ? [] : [` --prometheus ${shellWord(prometheus)}`]),
    ...(context === undefined ? [] : [` --context ${shellWord(context)}`]),
    ...(kubeconfig === undefined ? [] : [` --kubeconfig ${shellWord(kubeconfig)}`]),
  ].join("");
}

function sayLeft({ journal }: RunSession): void {
  const nodes = leftCordoned(recordsIn(journal.path));
  say(
    nodes.length === 0
      ? "No node is left cordoned by this run."
      : `Left cordoned: ${nodes.map(plain).join(", ")}`,
  );
}

function recordsIn(path: string): readonly JournalRecord[] {
  const content = readJournal(path);
  return "problem" in content ? [] : content.records;
}
