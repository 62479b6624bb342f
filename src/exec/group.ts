import type { ProgramStep } from "./program.ts";
import type { Action, Fact } from "./protocol.ts";
import type { Environment, StepRun } from "./step.ts";
import { done, type Progress, type StepEnd, type Turn } from "./turn.ts";

/** Steps one after another (`sequence`), or all at once (`parallel`). */
export interface GroupState {
  readonly kind: "group";
  readonly mode: "sequence" | "parallel";
  readonly steps: readonly ProgramStep[];
  /** The steps under way, by index; those that ended are gone. */
  readonly active: readonly { readonly index: number; readonly run: StepRun }[];
  /** The first failure that was not tolerated, in a parallel group that still has steps under way. */
  readonly failure?: StepEnd;
  readonly undo: readonly Action[];
}

export function startGroup(
  mode: "sequence" | "parallel",
  steps: readonly ProgramStep[],
  environment: Environment,
  turn: Turn,
): Progress<GroupState> {
  const empty: GroupState = { kind: "group", mode, steps, active: [], undo: [] };
  if (mode === "sequence") return startFrom(empty, 0, environment, turn);
  let state = empty;
  for (let index = 0; index < steps.length; index++) {
    const { state: run, end } = environment.runner.start(
      steps[index]!,
      environment,
      turn.child(String(index)),
    );
    state = end ? stepEnded(state, run, end) : { ...state, active: [...state.active, { index, run }] };
  }
  return finishIfQuiet(state);
}

/** Takes an answer for the step whose index begins `rest` (`2/n1/0:request`). */
export function observeGroup(
  state: GroupState,
  rest: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<GroupState> {
  const { name, below } = splitPath(rest);
  const index = Number(name);
  const at = state.active.findIndex((entry) => entry.index === index);
  const entry = state.active[at];
  if (!entry) return { state };
  const { state: run, end } = environment.runner.observe(
    entry.run,
    below,
    fact,
    environment,
    turn.child(name),
  );
  const active = state.active.slice();
  if (!end) {
    active[at] = { index, run };
    return { state: { ...state, active } };
  }
  active.splice(at, 1);
  const next = stepEnded({ ...state, active }, run, end);
  if (state.mode === "sequence" && !next.failure) return startFrom(next, index + 1, environment, turn);
  return finishIfQuiet(next);
}

function stepEnded(state: GroupState, run: StepRun, end: StepEnd): GroupState {
  const undo = [...state.undo, ...run.undo];
  const isFailure = end.outcome !== "done" && end.policy?.kind !== "continue";
  return { ...state, undo, ...(isFailure && !state.failure ? { failure: end } : {}) };
}

/** Starts the step at `index` of a sequence, and those after it for as long as they end at once. */
function startFrom(
  state: GroupState,
  index: number,
  environment: Environment,
  turn: Turn,
): Progress<GroupState> {
  let next = state;
  for (let i = index; i < state.steps.length && !next.failure; i++) {
    const { state: run, end } = environment.runner.start(state.steps[i]!, environment, turn.child(String(i)));
    if (!end) return { state: { ...next, active: [{ index: i, run }] } };
    next = stepEnded(next, run, end);
  }
  return finishIfQuiet(next);
}

function finishIfQuiet(state: GroupState): Progress<GroupState> {
  if (state.active.length > 0) return { state };
  return { state, end: state.failure ?? done };
}

/** `2/n1/0:request` is step `2` and, below it, `n1/0:request`; `2:request` is step `2` and its own `:request`. */
export function splitPath(path: string): { readonly name: string; readonly below: string } {
  const end = path.search(/[/:]/);
  const name = path.slice(0, end);
  return { name, below: path[end] === "/" ? path.slice(end + 1) : path.slice(end) };
}
