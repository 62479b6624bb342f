import type { ProgramStep } from "./program.ts";
import type { Action, Fact } from "./protocol.ts";
import type { Environment, StepRun } from "./step.ts";
import { done, type Progress, type StepEnd, type Turn } from "./turn.ts";

/** Steps one after another (`sequence`), or all at once (`parallel`). */
export interface GroupState {
  readonly kind: "group";
  readonly mode: "sequence" | "parallel";
  readonly steps: readonly ProgramStep[];
  /** The indexes of a sequence's steps in the order in which they are taken; undefined: all, as they stand. */
  readonly order?: readonly number[];
  /** The steps under way, by index; those that ended are gone. */
  readonly active: readonly { readonly index: number; readonly run: StepRun }[];
  /** The first failure that was not tolerated, in a parallel group that still has steps under way. */
  readonly failure?: StepEnd;
  /** The index of the step that failed so. */
  readonly failedAt?: number;
  readonly undo: readonly Action[];
}

export function startGroup(
  mode: "sequence" | "parallel",
  steps: readonly ProgramStep[],
  environment: Environment,
  turn: Turn,
  order?: readonly number[],
): Progress<GroupState> {
  const empty: GroupState = { kind: "group", mode, steps, ...(order ? { order } : {}), active: [], undo: [] };
  if (mode === "sequence") return startFrom(empty, 0, environment, turn);
  let state = empty;
  for (let index = 0; index < steps.length; index++) {
    const { state: run, end } = environment.runner.start(
      steps[index]!,
      environment,
      turn.child(String(index)),
    );
    state = end ? stepEnded(state, index, run, end) : { ...state, active: [...state.active, { index, run }] };
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
  const next = stepEnded({ ...state, active }, index, run, end);
  if (state.mode === "sequence" && !next.failure)
    return startFrom(next, placeOf(next, index) + 1, environment, turn);
  return finishIfQuiet(next);
}

function stepEnded(state: GroupState, index: number, run: StepRun, end: StepEnd): GroupState {
  const undo = [...state.undo, ...run.undo];
  const isFailure = end.outcome !== "done" && end.policy?.kind !== "continue";
  return { ...state, undo, ...(isFailure && !state.failure ? { failure: end, failedAt: index } : {}) };
}

/** Where a step stands in the order of its sequence. */
function placeOf({ order }: GroupState, index: number): number {
  return order ? order.indexOf(index) : index;
}

/** Starts the step at this place of a sequence, and those after it for as long as they end at once. */
function startFrom(
  state: GroupState,
  place: number,
  environment: Environment,
  turn: Turn,
): Progress<GroupState> {
  let next = state;
  const count = state.order?.length ?? state.steps.length;
  for (let at = place; at < count && !next.failure; at++) {
    const i = state.order ? state.order[at]! : at;
    const { state: run, end } = environment.runner.start(state.steps[i]!, environment, turn.child(String(i)));
    if (!end) return { state: { ...next, active: [{ index: i, run }] } };
    next = stepEnded(next, i, run, end);
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
