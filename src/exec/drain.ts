import type { DrainOptions } from "../plan/plan.ts";
import type { DrainProblem, Note } from "../trace/event.ts";
import { type NodeDrain, type NodeDrainEnd, observeNodeDrain, startNodeDrain } from "./drain-node.ts";
import type { Fact } from "./protocol.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/**
 * `kubectl drain NODE…` as one process: it cordons every node first, then drains one after another; a node that
 * fails stays cordoned and does not stop the others. Source: facts/drain.json, commandFlow.
 */

export interface DrainState {
  readonly kind: "drain";
  readonly nodes: readonly string[];
  readonly phase: "cordoning" | "draining";
  /** Which node's turn it is. */
  readonly index: number;
  readonly current?: NodeDrain;
  readonly failed: readonly { readonly node: string; readonly problem: DrainProblem }[];
}

/** Starts draining these nodes, which exist. */
export function startDrain(
  nodes: readonly string[],
  options: DrainOptions,
  turn: Turn,
): Progress<DrainState> {
  const state: DrainState = { kind: "drain", nodes, phase: "cordoning", index: 0, failed: [] };
  return cordonNext(state, options, turn);
}

export function observeDrain(
  state: DrainState,
  tag: string,
  fact: Fact,
  options: DrainOptions,
  turn: Turn,
): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return { state, end: done };
  if (tag === "cordon") {
    const changed = fact.kind === "done" && fact.changed;
    turn.note({ kind: "cordoned", node, already: !changed, dryRun: options.dryRun });
    return cordonNext({ ...state, index: state.index + 1 }, options, turn);
  }
  const dot = tag.indexOf(".");
  if (!state.current || Number(tag.slice(0, dot)) !== state.index) return { state };
  const { state: current, end } = observeNodeDrain(
    state.current,
    tag.slice(dot + 1),
    fact,
    options,
    turn.part(String(state.index)),
  );
  return end ? nodeEnded({ ...state, current }, end, options, turn) : { state: { ...state, current } };
}

function cordonNext(state: DrainState, options: DrainOptions, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return drainNext({ ...state, phase: "draining", index: 0 }, options, turn);
  turn.command("cordon", { kind: "cordon", node, unschedulable: true, dryRun: options.dryRun !== "none" });
  return { state };
}

function drainNext(state: DrainState, options: DrainOptions, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return finish(state, turn);
  const current = startNodeDrain(node, options, turn.part(String(state.index)));
  return { state: { ...state, current } };
}

function nodeEnded(
  state: DrainState,
  end: NodeDrainEnd,
  options: DrainOptions,
  turn: Turn,
): Progress<DrainState> {
  const node = state.nodes[state.index]!;
  const next = { ...state, index: state.index + 1 };
  if (end.kind === "drained") {
    turn.note({ kind: "drained", node, dryRun: options.dryRun });
    return drainNext(next, options, turn);
  }
  const problem: DrainProblem =
    end.kind === "refused"
      ? { kind: "refused", groups: end.groups }
      : { kind: "failed", failures: end.failures };
  const pending = end.kind === "failed" ? end.pending : [];
  turn.note({ kind: "nodeFailed", node, problem, pending });
  return drainNext({ ...next, failed: [...state.failed, { node, problem }] }, options, turn);
}

function finish(state: DrainState, turn: Turn): Progress<DrainState> {
  if (state.failed.length === 0) return { state, end: done };
  const note: Note = { kind: "pendingNodes", failed: state.failed };
  turn.note(note);
  return { state, end: failed(`could not drain ${state.failed.map(({ node }) => node).join(", ")}`) };
}
