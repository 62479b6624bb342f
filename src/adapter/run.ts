import { stepPath } from "../exec/admission.ts";
import { isWakening } from "../exec/calendar.ts";
import { type Decision, decide, type Execution, outcomeOf } from "../exec/executor.ts";
import type { Action, Fact } from "../exec/protocol.ts";
import { wallText } from "../lib/time-zone.ts";
import { zoneOf } from "../plan/calendar.ts";
import { isRunning } from "../exec/open-steps.ts";
import { rolloutEnd } from "../exec/rollout-status.ts";
import type { StepEnd } from "../exec/turn.ts";
import type { Api } from "./api.ts";
import type { Clock } from "./clock.ts";
import { isAttended, isByHand, isOpening, isWait } from "./command-kinds.ts";
import type { OpenCommand, Said, Standing } from "./fold.ts";
import type { Guard } from "./guard.ts";
import type { Intent } from "./intent.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { BeforeNode } from "./node-alerts.ts";
import type { LookOutside } from "./outside-checks.ts";
import { listNodes, listPods } from "./reads.ts";
import { Stopped, type StopReason } from "./stopped.ts";
import { conditionsHold, followRollout, podGone } from "./waits.ts";
import { carryOut, isWrite, type WriteAction } from "./writes.ts";

/** Where a run ended. */
export type RunEnd =
  | { readonly kind: "ended"; readonly end: StepEnd }
  | { readonly kind: "stopped"; readonly reason: StopReason };

/** What is shown while it runs. Times are the executor's, in milliseconds. */
export interface RunListener {
  readonly said: (output: Said, now: number) => void;
  /** About to be sent. */
  readonly sending: (action: Action, now: number) => void;
  /** It was carried out. */
  readonly wrote: (action: Action) => void;
  /** The cluster is looked at before a step. */
  readonly looking: (step: string, now: number) => void;
}

/** Does what no API server does: reboots, upgrades, hooks, approvals. */
export interface Attendant {
  /** Undefined where the answer is not waited for any more. */
  readonly attend: (entry: OpenCommand, wait: Wait) => Promise<Fact | undefined>;
  /** Whether a program runs meanwhile, whose end is waited for. */
  readonly runsProcess: (entry: OpenCommand) => boolean;
}

/** For how long an answer is waited for. */
export interface Wait {
  /** Its step is over. */
  readonly signal: AbortSignal;
  /** When its step's time-out comes, in epoch milliseconds; undefined: it has none. */
  readonly deadline?: number;
}

export type AttendedAction = Exclude<
  Action,
  | WriteAction
  | { readonly kind: "listNodes" | "listPods" | "awaitPodGone" | "await" | "watchRollout" | "wakeAt" }
>;

export interface RunParts {
  readonly api: Api;
  /** Ends what waits, once the run is over. */
  readonly abort: AbortController;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "append">;
  /** Throws where another run has the lease. */
  readonly assureLease: () => Promise<void>;
  readonly guard: Guard;
  readonly beforeNode: BeforeNode;
  readonly lookOutside: LookOutside;
  readonly attendant: Attendant;
  readonly listener: RunListener;
  readonly pendingBefore: ReadonlySet<string>;
}

/** An answer that was not there after so long does not come: a request has 30 s. */
const answerMillis = 35_000;

/**
 * The executor's second world: a real API server. It carries commands out, keeps the time, and tells the executor what
 * came of them; each write stands in the journal before it is sent, each answer before anything follows from it.
 */
export class Run {
  readonly #parts: RunParts;
  /** Epoch milliseconds of the executor's time 0, had it run without a break. */
  readonly #start: number;
  readonly #open = new Map<string, OpenCommand>();
  readonly #timers = new Set<() => void>();
  readonly #writing = new Set<Promise<unknown>>();
  /** Programs that are waited for however long they take. */
  readonly #running = new Set<Promise<unknown>>();
  /** What ends the wait for each open gate and question, when its step is over. */
  readonly #waits = new Map<string, AbortController>();
  readonly #looked = new Map<string, Promise<void>>();
  #lastLook: Promise<unknown> = Promise.resolve();
  #execution: Execution;
  readonly #finished = Promise.withResolvers<RunEnd>();
  #reason: StopReason | undefined;

  constructor(parts: RunParts, standing: Standing) {
    this.#parts = parts;
    this.#start = parts.clock.now() - standing.now;
    this.#execution = standing.execution;
  }

  /** Milliseconds that the run has been under way. */
  get now(): number {
    return this.#parts.clock.now() - this.#start;
  }

  get execution(): Execution {
    return this.#execution;
  }

  /** Goes on from where it stands, until it is over or has to stop. */
  async carryOn(open: readonly OpenCommand[]): Promise<RunEnd> {
    for (const entry of open) if (!isWait(entry) || this.#isAwaited(entry.command.id)) this.#dispatch(entry);
    this.#endIfOver();
    return this.#whenFinished();
  }

  /** Begins with the executor's first decision. */
  async begin(decision: Decision): Promise<RunEnd> {
    this.#guarded(() => this.#take(decision, 0));
    return this.#whenFinished();
  }

  /** Sends nothing new, waits for the answers to what was sent, and ends. */
  stop(reason: StopReason): void {
    if (this.#reason) return;
    this.#reason = reason;
    const { api, clock } = this.#parts;
    const finish = () => this.#finished.resolve({ kind: "stopped", reason });
    // Where nobody answers, what came of it is for the next run to find out.
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
    this.#timers.add(clock.after(api.isSilent ? 0 : answerMillis, giveUp));
    const answered = Promise.race([Promise.allSettled(this.#writing), late]);
    void answered.then(() => Promise.allSettled(this.#running)).then(finish);
  }

  async #whenFinished(): Promise<RunEnd> {
    try {
      return await this.#finished.promise;
    } finally {
      for (const cancel of this.#timers) cancel();
      this.#parts.abort.abort(new Stopped(this.#reason ?? { kind: "over" }));
      for (const wait of this.#waits.values()) wait.abort();
    }
  }

  #take({ execution, outputs }: Decision, now: number): void {
    this.#execution = execution;
    for (const [id, wait] of this.#waits) if (!this.#isAwaited(id)) wait.abort();
    for (const output of outputs) {
      if (output.kind === "command") this.#dispatch({ command: output.command });
      else this.#parts.listener.said(output, now);
    }
    this.#endIfOver();
  }

  #endIfOver(): void {
    const end = outcomeOf(this.#execution);
    if (end && !this.#reason) this.#finished.resolve({ kind: "ended", end });
    const at = end ? undefined : this.#closedUntil();
    if (at !== undefined) this.stop({ kind: "window", at });
  }

  /** When the window opens that everything waits for, where the plan says to stop then; undefined: go on. */
  #closedUntil(): string | undefined {
    const { plan, calendar } = this.#execution;
    if (plan.window?.outside !== "stop" || !calendar) return undefined;
    const open = [...this.#open.values()].filter((each) => !isWait(each) || this.#isAwaited(each.command.id));
    const wakes = open.flatMap(({ command: { id, action } }) =>
      isWakening(id) && action.kind === "wakeAt" ? [action.time] : [],
    );
    const isIdle = open.every(({ command: { id } }) => isWakening(id) || /:timeout\d+$/.test(id));
    if (wakes.length === 0 || !isIdle) return undefined;
    return wallText(calendar.epoch + Math.min(...wakes), zoneOf(plan));
  }

  #dispatch(entry: OpenCommand): void {
    const { id, action } = entry.command;
    this.#open.set(id, entry);
    if (action.kind === "wakeAt") {
      const cancel = this.#parts.clock.after(action.time - this.now, () => {
        this.#timers.delete(cancel);
        this.#guarded(() => this.#observe(id, { kind: "reached" }));
      });
      this.#timers.add(cancel);
      return;
    }
    const wait = new AbortController();
    if (isWait(entry)) this.#waits.set(id, wait);
    const done = this.#carry(entry, wait.signal)
      .catch((error: unknown) => (wait.signal.aborted ? undefined : this.#fail(error)))
      .finally(() => this.#waits.get(id) === wait && this.#waits.delete(id));
    const group = isWrite(action)
      ? this.#writing
      : isAttended(action) && this.#parts.attendant.runsProcess(entry)
        ? this.#running
        : undefined;
    group?.add(done);
    void done.finally(() => group?.delete(done));
  }

  /** Whether somebody still waits for what a gate or a person says: its step has not ended. */
  #isAwaited(command: string): boolean {
    return isRunning(this.#execution, stepPath(command));
  }

  #deadlineOf(command: string): Pick<Wait, "deadline"> {
    const times = [...this.#open.values()].flatMap(({ command: { id, action } }) =>
      action.kind === "wakeAt" && id.startsWith(`${stepPath(command)}:timeout`) ? [action.time] : [],
    );
    return times.length === 0 ? {} : { deadline: this.#start + Math.max(...times) };
  }

  async #carry(entry: OpenCommand, signal: AbortSignal): Promise<void> {
    const { id, action } = entry.command;
    const { api, clock, attendant, pendingBefore, lookOutside } = this.#parts;
    if (this.#execution.phase === "steps" && !entry.intent && !entry.begun) {
      await this.#parts.beforeNode(action);
      this.#mayGoOn();
      if (!this.#isAwaited(id)) return;
    }
    if (action.kind === "watchRollout") {
      const tell = (fact: Fact) => {
        this.#observe(id, fact);
        return fact.kind === "rollout" && rolloutEnd(fact.state) === "progressing" ? "more" : "enough";
      };
      return followRollout(api, action, tell);
    }
    if (isByHand(action) && !entry.begun) await this.#lookBefore(id, action);
    const world = { api, now: clock.now, pendingBefore, lookOutside };
    const fact = isWrite(action)
      ? await this.#write(entry, action)
      : action.kind === "listNodes"
        ? await listNodes(api, action)
        : action.kind === "listPods"
          ? await listPods(api, action, this.#start)
          : action.kind === "awaitPodGone"
            ? await podGone(api, action)
            : action.kind === "await"
              ? await conditionsHold(world, { id, action }, signal)
              : await attendant.attend(entry, { signal, ...this.#deadlineOf(id) });
    if (fact) this.#observe(id, fact);
  }

  async #write({ command, intent: earlier }: OpenCommand, action: WriteAction): Promise<Fact> {
    const { api, clock, assureLease, listener } = this.#parts;
    await this.#lookBefore(command.id, action);
    const record = async (intent: Intent) => {
      await assureLease();
      this.#mayGoOn();
      this.#append({ kind: "sent", command: command.id, intent }, this.now);
      this.#open.set(command.id, { command, intent });
      listener.sending(intent.action, this.now);
    };
    const world = { api, now: clock.now, record, mayGoOn: () => this.#mayGoOn() };
    const fact = await carryOut(world, action, earlier);
    if (fact.kind === "done" && fact.changed) listener.wrote(action);
    return fact;
  }

  /** Before a step does anything the cluster is looked at; what restores it goes on without. */
  async #lookBefore(command: string, action: Action): Promise<void> {
    if (this.#execution.phase !== "steps" || isOpening(action)) return;
    const step = stepPath(command);
    let look = this.#looked.get(step);
    if (!look) {
      look = this.#lastLook.then(() => this.#look(step));
      this.#looked.set(step, look);
      this.#lastLook = look.catch(() => undefined);
    }
    await look;
  }

  async #look(step: string): Promise<void> {
    this.#mayGoOn();
    this.#parts.listener.looking(step, this.now);
    const open = [...this.#open.values()];
    const standing = { execution: this.#execution, open, now: this.now };
    const look = await this.#parts.guard(standing, step);
    this.#append({ kind: "looked", step, ...look }, this.now);
    const { objections } = look;
    if (objections.length > 0) throw new Stopped({ kind: "drift", step, lines: objections });
  }

  #observe(command: string, fact: Fact): void {
    // What was sent or begun before the end is put down all the same.
    const entry = this.#open.get(command);
    if (this.#isOver() && !entry?.intent && !this.#running.size) return;
    const { now } = this;
    this.#append({ kind: "seen", command, fact }, now);
    if (this.#isOver()) return;
    if (fact.kind !== "rollout") this.#open.delete(command);
    // What was refused for now is looked at again when the step tries again.
    if (command.endsWith(":again")) this.#looked.delete(stepPath(command));
    this.#take(decide(this.#execution, { now, command, fact }), now);
  }

  #isOver(): boolean {
    return this.#reason !== undefined || outcomeOf(this.#execution) !== undefined;
  }

  #append(entry: JournalEntry, now: number): void {
    const { journal, clock } = this.#parts;
    journal.append({ now, at: new Date(clock.now()).toISOString(), ...entry });
  }

  #mayGoOn(): void {
    if (this.#reason) throw new Stopped(this.#reason);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof Stopped) return this.stop(error.reason);
    this.#finished.reject(error);
  }
}
