import { decide, type Execution, outcomeOf, startExecution, type Decision } from "../exec/executor.ts";
import { openSteps } from "../exec/open-steps.ts";
import type { Command, Fact, Output } from "../exec/protocol.ts";
import type { ProgramStep } from "../exec/program.ts";
import { drainerOf } from "../plan/drainers.ts";
import type { Plan } from "../plan/plan.ts";
import { stepAt } from "../plan/step-at.ts";
import type { Task } from "./engine/task-queue.ts";
import { handleRequest, needsApiServer } from "./apiserver/handler.ts";
import { leaveUnanswered } from "./apiserver/unanswered.ts";
import { priority, type Room, type Sim } from "./sim.ts";

/** An execution that was begun elsewhere, and whose rest is rehearsed: what it has asked and was not answered yet. */
export interface UnderWay {
  readonly execution: Execution;
  readonly commands: readonly Command[];
  /** How long it has been under way, in milliseconds. */
  readonly now: number;
  /** When it began, in epoch milliseconds, to the second: pods that are younger are its doing. */
  readonly since: number;
}

/**
 * The client: it carries the executor's commands to the simulated API server and its answers back. What the
 * executor says is recorded as events, so that every command knows what it was sent for.
 */
export class Client {
  readonly plan: Plan;
  readonly program: readonly ProgramStep[];
  readonly #underWay: UnderWay | undefined;
  #execution: Execution | undefined;

  constructor(plan: Plan, program: readonly ProgramStep[] = plan.steps, underWay?: UnderWay) {
    this.plan = plan;
    this.program = program;
    this.#underWay = underWay;
  }

  /** The execution as it stands. */
  get execution(): Execution | undefined {
    return this.#execution;
  }

  get isDone(): boolean {
    return this.#execution !== undefined && outcomeOf(this.#execution) !== undefined;
  }

  room(): Room {
    return {
      name: "client",
      worksAlone: true,
      start: (sim) => this.#start(sim),
      tasks: {
        "client.observe": (sim, task) => this.#observe(sim, task),
        "client.request": (sim, task) => this.#request(sim, task),
      },
    };
  }

  #start(sim: Sim): void {
    if (!this.#underWay)
      return this.#take(sim, startExecution(this.plan, sim.now, this.program, sim.epoch(0)), 0);
    const { execution, commands } = this.#underWay;
    this.#execution = execution;
    let cause = 0;
    for (const { step, what, node } of openSteps(execution))
      cause = record(sim, { kind: "stepStarted", step, what, node }, cause);
    for (const command of commands) this.#send(sim, command, cause);
  }

  /** How long the execution had been under way at t = 0, in milliseconds. */
  get #elapsed(): number {
    return this.#underWay?.now ?? 0;
  }

  #observe(sim: Sim, task: Task): void {
    if (!this.#execution) return;
    const now = sim.now + this.#elapsed;
    const observation = { now, command: task.subject, fact: task.data as Fact };
    this.#take(sim, decide(this.#execution, observation), task.cause);
  }

  #request(sim: Sim, task: Task): void {
    const command = task.data as Command;
    if (!sim.isAway("api") || !needsApiServer(sim, command.action))
      return handleRequest(sim, command, task.cause);
    if (this.#asksUntilAnswered(command)) return sim.hold(task);
    leaveUnanswered(sim, command, task.cause);
  }

  /** A gate looks again and again, and so does every drainer that is a controller; kubectl gives up. */
  #asksUntilAnswered({ id, action: { kind } }: Command): boolean {
    if (kind === "await") return true;
    if (drainerOf(stepAt(this.plan, id.slice(0, id.indexOf(":"))), this.plan) === "kubectl") return false;
    return drainActions.has(kind) || /:(cordon|label)$/.test(id);
  }

  #take(sim: Sim, decision: Decision, cause: number): void {
    this.#execution = decision.execution;
    let flow = cause;
    let line: number | undefined;
    for (const output of decision.outputs) {
      if (output.kind === "command") this.#send(sim, output.command, line ?? flow);
      else if (output.kind === "note") line = record(sim, output, flow);
      else {
        flow = record(sim, output, flow);
        line = undefined;
      }
    }
  }

  #send(sim: Sim, command: Command, cause: number): void {
    const { action } = command;
    if (action.kind === "wakeAt") {
      const fact: Fact = { kind: "reached" };
      const isRetry = command.id.endsWith(".retry");
      // A time-out ends something, also where only retries led to it.
      const weight = isRetry ? ("tick" as const) : ("busy" as const);
      const options = { priority: priority.client, data: fact, weight };
      const delay = Math.max(0, action.time - this.#elapsed - sim.now);
      return sim.after(delay, "client.observe", command.id, cause, options);
    }
    sim.after(sim.settings.apiMillis, "client.request", command.id, cause, {
      priority: priority.client,
      data: command,
    });
  }
}

/** What a drain asks for, besides the commands that close its node. */
const drainActions: ReadonlySet<string> = new Set(["listPods", "evict", "deletePod", "awaitPodGone"]);

function record(sim: Sim, output: Exclude<Output, { readonly kind: "command" }>, cause: number): number {
  switch (output.kind) {
    case "stepStarted":
      return sim.emit(
        { kind: "step.started", step: output.step, what: output.what, node: output.node },
        cause,
      );
    case "stepEnded":
      return sim.emit(
        { kind: "step.ended", step: output.step, outcome: output.outcome, reason: output.reason },
        cause,
      );
    case "note":
      return sim.emit({ kind: "client.note", step: output.step, note: output.note }, cause);
  }
}
