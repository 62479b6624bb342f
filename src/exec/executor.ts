import type { Plan } from "../plan/plan.ts";
import type { ProgramStep } from "./program.ts";
import type { Action, Fact, Observation, Output } from "./protocol.ts";
import { observeGroup, type GroupState, splitPath, startGroup } from "./group.ts";
import { stepPath } from "./admission.ts";
import { noRoom } from "./api-error.ts";
import {
  admit,
  type CalendarState,
  isWakening,
  postponed,
  rebased,
  released,
  startCalendar,
} from "./calendar.ts";
import { environmentOf } from "./step.ts";
import { done, type StepEnd, Turn } from "./turn.ts";

/**
 * The executor: what a plan does next, given what was seen. It does no I/O, reads no clock and draws no chance,
 * so the code that is rehearsed is the code that runs.
 */

/** A plan in progress: plain data. */
export interface Execution {
  readonly plan: Plan;
  readonly phase: "steps" | "rollback" | "revert" | "ended";
  readonly group: GroupState;
  /** What has to be undone at the end, in the order in which it was done. */
  readonly undo: readonly Action[];
  /** How the plan's own steps ended, once they have. */
  readonly end?: StepEnd;
  /** Undefined where the plan has no window and no freezes. */
  readonly calendar?: CalendarState;
}

export interface Decision {
  readonly execution: Execution;
  readonly outputs: readonly Output[];
}

/**
 * Starts `program` (the plan's steps, unless something else is to be run under the same plan) at time `now`. `epoch` is
 * when time 0 is, in epoch milliseconds: windows go by it.
 */
export function startExecution(
  plan: Plan,
  now: number,
  program: readonly ProgramStep[] = plan.steps,
  epoch = 0,
): Decision {
  const turn = new Turn(now);
  const { state: group, end } = startGroup("sequence", program, environmentOf(plan), turn.child("plan"));
  const calendar = startCalendar(plan, epoch);
  const execution: Execution = { plan, phase: "steps", group, undo: [], ...(calendar ? { calendar } : {}) };
  return admitted({ execution: end ? ended(execution, end, turn) : execution, outputs: turn.outputs }, now);
}

/** Takes one observation. An answer that nobody waits for any more changes nothing. */
export function decide(execution: Execution, observation: Observation): Decision {
  const decision = isWakening(observation.command)
    ? released(execution, observation)
    : (postponed(execution, observation) ?? observed(execution, observation));
  return admitted(decision, observation.now);
}

/** Goes on at time `now` after a pause in which nobody was at work; `epoch` is when time 0 would have been. */
export function resumeExecution(execution: Execution, now: number, epoch: number): Decision {
  return admitted(rebased(execution, now, epoch), now);
}

/** What may be begun now; what never may has failed. */
function admitted(decision: Decision, now: number): Decision {
  const { decision: first, refused } = admit(decision, now);
  return refused.reduce((before, { id }): Decision => {
    const error = noRoom(before.execution.plan);
    const command = `${stepPath(id)}:refused`;
    const after = decide(before.execution, { now, command, fact: { kind: "error", error } });
    return { execution: after.execution, outputs: [...before.outputs, ...after.outputs] };
  }, first);
}

function observed(execution: Execution, observation: Observation): Decision {
  const turn = new Turn(observation.now);
  const { name, below } = splitPath(observation.command);
  const expected = execution.phase === "steps" ? "plan" : execution.phase;
  if (execution.phase === "ended" || name !== expected) return { execution, outputs: [] };
  const next = observe(execution, below, observation.fact, turn.child(name), turn);
  return { execution: next, outputs: turn.outputs };
}

function observe(execution: Execution, below: string, fact: Fact, turn: Turn, root: Turn): Execution {
  const { state: group, end } = observeGroup(
    execution.group,
    below,
    fact,
    environmentOf(execution.plan),
    turn,
  );
  const next = { ...execution, group };
  return end ? ended(next, end, root) : next;
}

/** The steps are over: what asked to be undone is undone, last first; a failed plan may roll back before. */
function ended(execution: Execution, end: StepEnd, turn: Turn): Execution {
  const { plan } = execution;
  const undo = execution.phase === "revert" ? [] : [...execution.undo, ...execution.group.undo];
  if (execution.phase === "steps" && end.policy?.kind === "rollback" && plan.rollback.length > 0) {
    return enter({ ...execution, undo, end }, "rollback", plan.rollback, turn);
  }
  if (undo.length > 0) {
    const steps = undo.toReversed().map(undoStep);
    return enter({ ...execution, undo: [], end: execution.end ?? end }, "revert", steps, turn);
  }
  return { ...execution, phase: "ended", end: execution.end ?? end };
}

function enter(
  execution: Execution,
  phase: "rollback" | "revert",
  steps: readonly ProgramStep[],
  turn: Turn,
): Execution {
  const { state: group, end } = startGroup(
    "sequence",
    steps,
    environmentOf(execution.plan),
    turn.child(phase),
  );
  const next: Execution = { ...execution, phase, group };
  return end ? ended(next, end, turn) : next;
}

function undoStep(action: Action): ProgramStep {
  const object =
    action.kind === "scale" ? action.workload : action.kind === "patch" ? action.object : action.kind;
  return { kind: "request", name: `restore ${object}`, action, said: "", onFailure: { kind: "continue" } };
}

/** Whether the plan is over, and how: undefined while it is under way. */
export function outcomeOf(execution: Execution): StepEnd | undefined {
  return execution.phase === "ended" ? (execution.end ?? done) : undefined;
}
