import { Api } from "../adapter/api.ts";
import type { ApiClient } from "../adapter/api-client.ts";
import type { Acquaintance } from "../adapter/cluster-identity.ts";
import { attendantOf } from "../adapter/attend.ts";
import { machineClock } from "../adapter/clock.ts";
import type { Journal, JournalEntry, JournalHeader, JournalRecord } from "../adapter/journal.ts";
import { nodeAlerts } from "../adapter/node-alerts.ts";
import { joinedNodes } from "../adapter/newcomer.ts";
import { NodeEvents } from "../adapter/node-events.ts";
import { outsideLooks } from "../adapter/outside-checks.ts";
import type { RunLease } from "../adapter/lease.ts";
import { Run, type RunEnd, type RunListener } from "../adapter/run.ts";
import { type Standing, standingOf, startOf } from "../adapter/fold.ts";
import type { Action } from "../exec/protocol.ts";
import { humanDuration, parseDuration } from "../lib/duration.ts";
import type { Cluster } from "../model/cluster.ts";
import { peopleFor } from "./ask-person.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { exitCodes, putDown, sayEnd } from "./execute-end.ts";
import { guardOf } from "./guard.ts";
import { programsOf } from "./people.ts";
import { liveInput } from "./live-api.ts";
import { InputError } from "./input-error.ts";
import { askingPrometheus } from "./prometheus-server.ts";
import type { Rehearsed } from "./rehearsal.ts";
import { hasTerminal, isInteractive } from "./output.ts";
import { RunAccount, type RunLine } from "./run-account.ts";
import { below } from "./run-lines.ts";
import { type RunScreen, textScreen } from "./run-screen.ts";
import { onSignals, outliveTerminal, stopperOf } from "./run-signals.ts";
import { TuiScreen } from "./run-tui-screen.ts";

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
  /** What stands in its journal already. */
  readonly past: readonly JournalRecord[];
}

/** Carries a run out, shows what it does, and says at its end how it stands and what to type next. */
export async function carryOutRun(session: RunSession, go: (run: Run) => Promise<RunEnd>): Promise<number> {
  const { client, lease, header, command, rehearsed } = session;
  const abort = new AbortController();
  const standing = session.standing ?? { execution: startOf(header).execution, open: [], now: 0 };
  const screen = screenOf(session);
  const say = (text: string) => screen.say(below(text));
  const journal = heardBy(screen, session.journal);
  const touched = new Set<string>();
  const api = new Api(client, {
    clock: machineClock,
    patienceMillis: patienceOf(command.giveUpAfter),
    listener: {
      silent: (message) =>
        screen.tell(
          { kind: "silent", now: run.now, message },
          below(`${client.server} does not answer: ${message}; waiting`),
        ),
      back: (millis) =>
        screen.tell(
          { kind: "back", now: run.now },
          below(`it answers again, after ${humanDuration(millis)}`),
        ),
    },
    refusalMillis: 10_000,
    signal: abort.signal,
  });
  const doer = { user: header.user, plan: header.plan.name, run: header.run };
  const events = new NodeEvents(client, machineClock, doer, say);
  const input = liveInput(command, session.acquaintance);
  const append = (entry: JournalEntry) =>
    journal.append({ now: run.now, at: new Date().toISOString(), ...entry });
  const outside = {
    askPrometheus: askingPrometheus(),
    server: command.prometheus,
    append,
    say: (line: string) => say(`| ${line}`),
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
        ...peopleFor(header.plan, command, screen),
        joined: joinedNodes(session.past),
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
        records: session.past,
      }),
      listener: listenerOf(screen, touched, events),
      pendingBefore: new Set(header.pendingBefore),
    },
    standing,
  );
  screen.say(`\nRun ${header.run} on ${client.context} as ${header.user}; its journal is ${journal.path}\n`);
  lease.keep(api, (holder) => run.stop({ kind: "lease", holder }));
  const stop = stopperOf(run, screen, () => process.exit(exitCodes.stopped));
  const unlisten = onSignals(stop);
  outliveTerminal();
  try {
    await screen.open({ now: () => run.now, stop });
    const end = await go(run);
    putDown(end, journal, run.now);
    screen.close();
    return sayEnd(end, session, screen.view());
  } finally {
    screen.close();
    unlisten();
    await events.settled();
    session.journal.close();
  }
}

/** The screen, with what the journal tells of the run's past. */
function screenOf({ header, past: records, command, journal }: RunSession): RunScreen {
  const account = new RunAccount(header);
  const past: RunLine[] = [];
  if (records.length > 0)
    standingOf({ header, records, bytes: 0 }, (event) => void past.push(...account.hear(event)));
  const { tui, screenReader } = command;
  if (screenReader || !(tui ?? isInteractive()) || !hasTerminal()) return textScreen(account);
  return new TuiScreen({ account, header, journal: journal.path, past, options: command });
}

/** A journal, each of whose lines is shown once it is on disk. */
function heardBy(screen: RunScreen, journal: Journal): Pick<Journal, "append" | "path"> {
  return {
    path: journal.path,
    append: (record) => {
      journal.append(record);
      screen.hear({ kind: "record", record });
    },
  };
}

/** Reads how long to wait for a server that is away. Throws InputError. */
function patienceOf(text: string): number {
  const millis = parseDuration(text);
  if (millis === undefined || millis < 0)
    throw new InputError(`--give-up-after ${text}: expected a duration such as 15m`);
  return millis;
}

function listenerOf(screen: RunScreen, touched: Set<string>, events: NodeEvents): RunListener {
  return {
    said: (output, now) => {
      screen.hear({ kind: "said", now, output });
      if (output.kind === "note" && output.note.kind === "drained") events.post(output.note.node, "Drained");
    },
    sending: (action: Action) => {
      if ("node" in action) touched.add(action.node);
      if ("workload" in action) touched.add(action.workload);
    },
    wrote: (action) => events.wrote(action),
    looking: (step, now) => screen.tell({ kind: "looking", now, step }),
  };
}
