import type { DrainProblem, Note } from "../trace/event.ts";
import { formatTaint } from "../model/taint.ts";
import { errorLine, isUnanswered, reasonFor } from "./api-error.ts";
import { type NodeDrain, type NodeDrainEnd, observeNodeDrain, startNodeDrain } from "./drain-node.ts";
import type { DrainRules } from "./drain-rules.ts";
import type { Fact } from "./protocol.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/**
 * `kubectl drain NODE…` as one process: it cordons every node first, then drains one after another; a node that
 * fails stays cordoned and does not stop the others. Source: facts/drain.json, commandFlow. Other drainers close a node
 * when its turn comes, or otherwise, and may stop at the first that fails: facts/drainers.ts.
 */

export interface DrainState {
  readonly kind: "drain";
  readonly nodes: readonly string[];
  readonly phase: "closing" | "draining";
  /** Which node's turn it is. */
  readonly index: number;
  readonly current?: NodeDrain;
  readonly failed: readonly { readonly node: string; readonly problem: DrainProblem }[];
}

/** Starts draining these nodes, which exist. */
export function startDrain(nodes: readonly string[], rules: DrainRules, turn: Turn): Progress<DrainState> {
  const state: DrainState = { kind: "drain", nodes, phase: "closing", index: 0, failed: [] };
  if (rules.drainer.closes === "all first") return closeNext(state, rules, turn);
  return drainNext({ ...state, phase: "draining" }, rules, turn);
}

export function observeDrain(
  state: DrainState,
  tag: string,
  fact: Fact,
  rules: DrainRules,
  turn: Turn,
): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return { state, end: done };
  if (tag === "cordon") {
    // kubectl reads the node first, and ends where nobody answers; a refusal of the change itself does not stop it.
    if (fact.kind === "error" && isUnanswered(fact.error)) {
      turn.note({ kind: "line", stream: "stderr", text: errorLine(fact.error) });
      return { state, end: failed(`${node}: ${reasonFor(fact.error)}`) };
    }
    sayClosed(node, fact, rules, turn);
    const { labels } = rules.drainer;
    if (!labels) return closed(state, rules, turn);
    turn.command("label", { kind: "label", node, labels });
    return { state };
  }
  if (tag === "label") return closed(state, rules, turn);
  if (tag === "pause") return drained(state, rules, turn);
  const dot = tag.indexOf(".");
  if (!state.current || Number(tag.slice(0, dot)) !== state.index) return { state };
  const part = turn.part(String(state.index));
  const { state: current, end } = observeNodeDrain(state.current, tag.slice(dot + 1), fact, rules, part);
  return end ? nodeEnded({ ...state, current }, end, rules, turn) : { state: { ...state, current } };
}

function sayClosed(node: string, fact: Fact, { options, drainer }: DrainRules, turn: Turn): void {
  if (fact.kind === "error") {
    const text = `error: unable to cordon node ${JSON.stringify(node)}: ${fact.error.message}`;
    return turn.note({ kind: "line", stream: "stderr", text });
  }
  const already = !(fact.kind === "done" && fact.changed);
  const taint = drainer.taint ? { taint: formatTaint(drainer.taint) } : {};
  turn.note({ kind: "cordoned", node, already, dryRun: options.dryRun, ...taint });
}

/** Forbids new pods on a node. */
function close(node: string, { options, drainer }: DrainRules, turn: Turn): void {
  if (drainer.taint) turn.command("cordon", { kind: "taint", node, taint: drainer.taint, remove: false });
  else
    turn.command("cordon", { kind: "cordon", node, unschedulable: true, dryRun: options.dryRun !== "none" });
}

/** The node is closed: the next one is, or it is drained now. */
function closed(state: DrainState, rules: DrainRules, turn: Turn): Progress<DrainState> {
  return state.phase === "closing"
    ? closeNext({ ...state, index: state.index + 1 }, rules, turn)
    : startNode(state, rules, turn);
}

function closeNext(state: DrainState, rules: DrainRules, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return drainNext({ ...state, phase: "draining", index: 0 }, rules, turn);
  close(node, rules, turn);
  return { state };
}

function drainNext(state: DrainState, rules: DrainRules, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index];
  if (node === undefined) return finish(state, turn);
  if (rules.drainer.closes === "all first") return startNode(state, rules, turn);
  close(node, rules, turn);
  return { state };
}

function startNode(state: DrainState, rules: DrainRules, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index]!;
  const current = startNodeDrain(node, rules, turn.part(String(state.index)));
  return { state: { ...state, current } };
}

function nodeEnded(
  state: DrainState,
  end: NodeDrainEnd,
  rules: DrainRules,
  turn: Turn,
): Progress<DrainState> {
  const node = state.nodes[state.index]!;
  const { pauseMillis, afterFailure } = rules.drainer;
  if (end.kind === "drained") {
    if (pauseMillis === 0) return drained(state, rules, turn);
    turn.command("pause", { kind: "wakeAt", time: turn.now + pauseMillis });
    return { state };
  }
  const problem: DrainProblem =
    end.kind === "refused"
      ? { kind: "refused", groups: end.groups }
      : { kind: "failed", failures: end.failures };
  const pending = end.kind === "failed" ? end.pending : [];
  turn.note({ kind: "nodeFailed", node, problem, pending });
  const next = { ...state, index: state.index + 1, failed: [...state.failed, { node, problem }] };
  return afterFailure === "stop" ? finish(next, turn) : drainNext(next, rules, turn);
}

function drained(state: DrainState, rules: DrainRules, turn: Turn): Progress<DrainState> {
  const node = state.nodes[state.index]!;
  turn.note({ kind: "drained", node, dryRun: rules.options.dryRun });
  return drainNext({ ...state, index: state.index + 1 }, rules, turn);
}

function finish(state: DrainState, turn: Turn): Progress<DrainState> {
  if (state.failed.length === 0) return { state, end: done };
  const note: Note = { kind: "pendingNodes", failed: state.failed };
  turn.note(note);
  return { state, end: failed(`could not drain ${state.failed.map(({ node }) => node).join(", ")}`) };
}
