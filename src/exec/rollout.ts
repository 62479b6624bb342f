import { byText } from "../lib/order.ts";
import { resolveParallelism, type Rollout } from "../plan/plan.ts";
import { notListed } from "./api-error.ts";
import { observeGroup, type GroupState, splitPath, startGroup } from "./group.ts";
import type { Action, Fact, NodeFact } from "./protocol.ts";
import type { Environment } from "./step.ts";
import { done, failed, type Progress, type StepEnd, type Turn } from "./turn.ts";

/** One program applied to many nodes, some at a time: what a rolling drain or upgrade is. */
export interface RolloutState {
  readonly kind: "rollout";
  readonly phase: "listing" | "canary" | "soaking" | "rolling" | "afterBatch";
  /** All nodes, in the order in which their turn comes. */
  readonly nodes: readonly NodeFact[];
  /** Index of the next node to start. */
  readonly next: number;
  readonly active: readonly NodeRun[];
  readonly after?: GroupState;
  readonly failedNodes: readonly string[];
  readonly undo: readonly Action[];
}

interface NodeRun {
  readonly node: string;
  readonly zone: string;
  readonly group: GroupState;
  /** Its program is done, and it keeps its place until its soak is over. */
  readonly isSoaking: boolean;
}

type RolloutStep = Rollout & { readonly kind: "rollout" };

export function startRollout(step: RolloutStep, turn: Turn): Progress<RolloutState> {
  const nodes = step.nodes
    ? ({ kind: "names", names: step.nodes } as const)
    : ({ kind: "selector", selector: step.selector } as const);
  turn.command("nodes", { kind: "listNodes", nodes });
  return {
    state: { kind: "rollout", phase: "listing", nodes: [], next: 0, active: [], failedNodes: [], undo: [] },
  };
}

export function observeRollout(
  state: RolloutState,
  step: RolloutStep,
  rest: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  if (rest === ":nodes") return listed(state, step, fact, environment, turn);
  if (rest === ":canary") return startMore({ ...state, phase: "rolling" }, step, environment, turn);
  if (rest.startsWith(":soak.")) return soaked(state, step, rest.slice(":soak.".length), environment, turn);
  const { name, below } = splitPath(rest);
  if (name === "after") return observeAfter(state, step, below, fact, environment, turn);
  const at = state.active.findIndex(({ node }) => node === name);
  const entry = state.active[at];
  if (!entry || entry.isSoaking) return { state };
  const { state: group, end } = observeGroup(
    entry.group,
    below,
    fact,
    { ...environment, node: name },
    turn.child(name),
  );
  const active = state.active.slice();
  active[at] = { ...entry, group };
  const next = { ...state, active };
  return end ? nodeEnded(next, step, at, end, environment, turn) : { state: next };
}

function listed(
  state: RolloutState,
  step: RolloutStep,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  if (fact.kind !== "nodes") return { state, end: notListed("the nodes could not be listed", fact, turn) };
  if (fact.missing.length > 0) return { state, end: failed(`there is no node ${fact.missing.join(", ")}`) };
  const nodes = ordered(fact.nodes, step.order);
  const phase = step.canary.count > 0 && step.canary.count < nodes.length ? "canary" : "rolling";
  return startMore({ ...state, phase, nodes }, step, environment, turn);
}

/** The nodes in the order of the rollout; equal ones by name. */
export function ordered(nodes: readonly NodeFact[], order: Rollout["order"]): readonly NodeFact[] {
  if (order === "listed") return nodes;
  const byName = (a: NodeFact, b: NodeFact) => byText(a.name, b.name);
  return [...nodes].sort((a, b) => {
    switch (order) {
      case "name":
        return byName(a, b);
      case "zone":
        return byText(a.zone, b.zone) || byName(a, b);
      case "leastPods":
        return a.pods - b.pods || byName(a, b);
      case "mostConstrainedFirst":
        return b.constrainedPods - a.constrainedPods || b.pods - a.pods || byName(a, b);
    }
  });
}

/** Starts as many nodes as have room. */
function startMore(
  state: RolloutState,
  step: RolloutStep,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  let next = state;
  const last = next.phase === "canary" ? step.canary.count : next.nodes.length;
  const room = resolveParallelism(step.maxParallel, next.nodes.length);
  // With steps after each batch, the next one starts when the last node of this one is done.
  if (step.afterBatch.length > 0 && next.active.length > 0) return { state: next };
  while (next.active.length < room && next.next < last) {
    const at = candidate(next, step, last);
    if (at === undefined) break;
    const fact = next.nodes[at]!;
    const nodes = next.nodes.slice();
    nodes.splice(at, 1);
    nodes.splice(next.next, 0, fact);
    const env = { ...environment, node: fact.name };
    const { state: group, end } = startGroup("sequence", step.perNode, env, turn.child(fact.name));
    const active = [...next.active, { node: fact.name, zone: fact.zone, group, isSoaking: false }];
    next = { ...next, nodes, next: next.next + 1, active };
    if (end) return nodeEnded(next, step, active.length - 1, end, environment, turn);
  }
  return settle(next, step, environment, turn);
}

/** The first node still to come whose zone has room. */
function candidate(state: RolloutState, step: RolloutStep, last: number): number | undefined {
  const limit = step.perZone?.maxParallel ?? Infinity;
  for (let at = state.next; at < last; at++) {
    const { zone } = state.nodes[at]!;
    if (state.active.filter((entry) => entry.zone === zone).length < limit) return at;
  }
  return undefined;
}

function nodeEnded(
  state: RolloutState,
  step: RolloutStep,
  at: number,
  end: StepEnd,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const entry = state.active[at]!;
  const undo = [...state.undo, ...entry.group.undo];
  if (end.outcome === "done") {
    if (step.soak === 0) return leave({ ...state, undo }, step, at, environment, turn);
    turn.command(`soak.${entry.node}`, { kind: "wakeAt", time: turn.now + step.soak });
    const active = state.active.slice();
    active[at] = { ...entry, isSoaking: true };
    return { state: { ...state, active, undo } };
  }
  const failedNodes = [...state.failedNodes, entry.node];
  const policy = end.policy?.kind ?? "abort";
  if (policy === "uncordonAndSkip")
    turn.command(`uncordon.${entry.node}`, {
      kind: "cordon",
      node: entry.node,
      unschedulable: false,
      dryRun: false,
    });
  const goesOn = policy === "uncordonAndSkip" || policy === "quarantine" || policy === "continue";
  const next = { ...state, failedNodes, undo };
  if (!goesOn) return { state: next, end: { ...end, reason: `${entry.node}: ${end.reason}` } };
  if (failedNodes.length > step.maxErrors && policy !== "uncordonAndSkip")
    return {
      state: next,
      end: failed(`${failedNodes.length} nodes failed, ${step.maxErrors} may: ${failedNodes.join(", ")}`),
    };
  return leave(next, step, at, environment, turn);
}

function soaked(
  state: RolloutState,
  step: RolloutStep,
  node: string,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const at = state.active.findIndex((entry) => entry.node === node && entry.isSoaking);
  return at < 0 ? { state } : leave(state, step, at, environment, turn);
}

/** A node's place becomes free. */
function leave(
  state: RolloutState,
  step: RolloutStep,
  at: number,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const active = state.active.slice();
  active.splice(at, 1);
  const next = { ...state, active };
  if (active.length === 0 && step.afterBatch.length > 0) return startAfter(next, step, environment, turn);
  return startMore(next, step, environment, turn);
}

function startAfter(
  state: RolloutState,
  step: RolloutStep,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const { state: after, end } = startGroup("sequence", step.afterBatch, environment, turn.child("after"));
  const next: RolloutState = { ...state, after };
  return end ? afterEnded(next, step, end, environment, turn) : { state: next };
}

function observeAfter(
  state: RolloutState,
  step: RolloutStep,
  below: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  if (!state.after) return { state };
  const { state: after, end } = observeGroup(state.after, below, fact, environment, turn.child("after"));
  const next: RolloutState = { ...state, after };
  return end ? afterEnded(next, step, end, environment, turn) : { state: next };
}

function afterEnded(
  state: RolloutState,
  step: RolloutStep,
  end: StepEnd,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const { after: _, ...rest } = state;
  if (end.outcome !== "done") return { state: rest, end };
  return startMore(rest, step, environment, turn);
}

/** The canary is over, or the whole rollout is. */
function settle(
  state: RolloutState,
  step: RolloutStep,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  if (state.active.length > 0 || state.after) return { state };
  if (state.phase === "canary" && state.next >= step.canary.count) {
    if (step.canary.soak === 0) return startMore({ ...state, phase: "rolling" }, step, environment, turn);
    turn.command("canary", { kind: "wakeAt", time: turn.now + step.canary.soak });
    return { state: { ...state, phase: "soaking" } };
  }
  if (state.phase === "soaking" || state.next < state.nodes.length) return { state };
  return { state, end: done };
}
