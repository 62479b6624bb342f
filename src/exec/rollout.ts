import { notListed } from "./api-error.ts";
import type { Rollout } from "../plan/plan.ts";
import { turnSteps } from "../plan/strategy.ts";
import { observeGroup, type GroupState, splitPath, startGroup } from "./group.ts";
import type { Action, Fact, NodeFact } from "./protocol.ts";
import { ordered } from "./rollout-order.ts";
import { type Pass, passesOf, type Place } from "./rollout-passes.ts";
import { freePlace, keepsPlace, noPlaceLeft } from "./rollout-places.ts";
import type { Environment } from "./step.ts";
import { done, failed, type Progress, type StepEnd, type Turn } from "./turn.ts";

/** One program applied to many nodes, some at a time: what a rolling drain or upgrade is. */
export interface RolloutState {
  readonly kind: "rollout";
  /** `soaking`: after the canary. `pausing`: after a batch, or after a pass. */
  readonly phase: "listing" | "canary" | "soaking" | "rolling" | "pausing";
  /** All nodes of this pass, in the order in which their turn comes. */
  readonly nodes: readonly NodeFact[];
  /** How many nodes the rollout is about. */
  readonly size: number;
  /** Which of `passesOf` is under way. */
  readonly pass: number;
  /** Index of the next node to start. */
  readonly next: number;
  readonly active: readonly NodeRun[];
  /** Steps about all nodes together, while they are under way. */
  readonly all?: GroupState;
  readonly after?: GroupState;
  readonly failedNodes: readonly string[];
  /** Nodes that failed half-way, and the places that they hold for good. */
  readonly kept: readonly { readonly node: string; readonly place: Place }[];
  readonly undo: readonly Action[];
}

export interface NodeRun {
  readonly node: string;
  readonly zone: string;
  readonly place: Place;
  readonly group: GroupState;
  /** Its program is done, and it keeps its place until its soak is over. */
  readonly isSoaking: boolean;
}

type RolloutStep = Rollout & { readonly kind: "rollout"; readonly name: string };

/** What every function of a rollout needs besides its state. */
interface Scene {
  readonly step: RolloutStep;
  readonly environment: Environment;
  readonly turn: Turn;
}

/** Under a rollout's path: the steps about all of its nodes. No node is called so. */
export const everyNode = "*";

export function startRollout(step: RolloutStep, turn: Turn): Progress<RolloutState> {
  const nodes = step.nodes
    ? ({ kind: "names", names: step.nodes } as const)
    : ({ kind: "selector", selector: step.selector } as const);
  turn.command("nodes", { kind: "listNodes", nodes });
  const state: RolloutState = {
    kind: "rollout",
    phase: "listing",
    nodes: [],
    size: 0,
    pass: 0,
    next: 0,
    active: [],
    failedNodes: [],
    kept: [],
    undo: [],
  };
  return { state };
}

export function observeRollout(
  state: RolloutState,
  step: RolloutStep,
  rest: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<RolloutState> {
  const scene: Scene = { step, environment, turn };
  if (rest === ":nodes") return listed(state, fact, scene);
  if (rest === ":canary") return startMore({ ...state, phase: "rolling" }, scene);
  if (rest === `:batch.${state.pass}.${state.next}`) return startMore({ ...state, phase: "rolling" }, scene);
  if (rest === `:pass.${state.pass}`) return startPass(state, state.pass + 1, scene);
  if (rest.startsWith(":soak.")) return soaked(state, rest.slice(":soak.".length), scene);
  const { name, below } = splitPath(rest);
  if (name === "after") return observeAfter(state, below, fact, scene);
  if (name === everyNode) return observeAll(state, below, fact, scene);
  const at = state.active.findIndex(({ node }) => node === name);
  const entry = state.active[at];
  if (!entry || entry.isSoaking) return { state };
  const env = { ...environment, node: name };
  const { state: group, end } = observeGroup(entry.group, below, fact, env, turn.child(name));
  const active = state.active.slice();
  active[at] = { ...entry, group };
  const next = { ...state, active };
  return end ? nodeEnded(next, at, end, scene) : { state: next };
}

function listed(state: RolloutState, fact: Fact, scene: Scene): Progress<RolloutState> {
  if (fact.kind !== "nodes")
    return { state, end: notListed("the nodes could not be listed", fact, scene.turn) };
  if (fact.missing.length > 0) return { state, end: failed(`there is no node ${fact.missing.join(", ")}`) };
  const nodes = ordered(fact.nodes, scene.step.order);
  return startPass({ ...state, nodes, size: nodes.length }, 0, scene);
}

function passOf({ pass, size }: RolloutState, { step }: Scene): Pass {
  return passesOf(step, size)[pass]!;
}

/** Begins with the pass of this number; the rollout is over where there is none. */
function startPass(state: RolloutState, pass: number, scene: Scene): Progress<RolloutState> {
  const { step, environment, turn } = scene;
  const nodes = state.nodes.filter(({ name }) => !state.failedNodes.includes(name));
  const coming = passesOf(step, state.size)[pass];
  if (!coming) return { state, end: done };
  const hasCanary = coming.isMain && step.canary.count > 0 && step.canary.count < nodes.length;
  const next: RolloutState = { ...state, pass, nodes, next: 0, phase: hasCanary ? "canary" : "rolling" };
  if (coming.first.length === 0 || nodes.length === 0) return startMore(next, scene);
  const about = { kind: "names", names: nodes.map(({ name }) => name) } as const;
  const steps = turnSteps(step, step.name).map((each) =>
    "scope" in each ? { ...each, nodes: about } : each,
  );
  const { state: all, end } = startGroup("sequence", steps, environment, turn.child(everyNode), coming.first);
  return end ? allEnded(next, all, end, scene) : { state: { ...next, all } };
}

function observeAll(state: RolloutState, below: string, fact: Fact, scene: Scene): Progress<RolloutState> {
  if (!state.all) return { state };
  const { state: all, end } = observeGroup(
    state.all,
    below,
    fact,
    scene.environment,
    scene.turn.child(everyNode),
  );
  return end ? allEnded(state, all, end, scene) : { state: { ...state, all } };
}

function allEnded(
  state: RolloutState,
  group: GroupState,
  end: StepEnd,
  scene: Scene,
): Progress<RolloutState> {
  const { all: _, ...rest } = state;
  const next = { ...rest, undo: [...state.undo, ...group.undo] };
  return end.outcome === "done" ? startMore(next, scene) : { state: next, end };
}

/** Starts as many nodes as have room. */
function startMore(state: RolloutState, scene: Scene): Progress<RolloutState> {
  const { step, environment, turn } = scene;
  const pass = passOf(state, scene);
  const last = state.phase === "canary" ? step.canary.count : state.nodes.length;
  // The next batch starts when the last node of this one is done.
  if (pass.isBatched && state.active.length > 0) return { state };
  const steps = turnSteps(step, step.name);
  let next = state;
  while (next.next < last) {
    const place = freePlace(next, pass);
    const at = place && candidate(next, step, last);
    if (place === undefined || at === undefined) break;
    const fact = next.nodes[at]!;
    const nodes = next.nodes.slice();
    nodes.splice(at, 1);
    nodes.splice(next.next, 0, fact);
    const env = { ...environment, node: fact.name };
    const { state: group, end } = startGroup(
      "sequence",
      steps,
      env,
      turn.child(fact.name),
      pass.order[place],
    );
    const active = [...next.active, { node: fact.name, zone: fact.zone, place, group, isSoaking: false }];
    next = { ...next, nodes, next: next.next + 1, active };
    if (end) return nodeEnded(next, active.length - 1, end, scene);
  }
  return settle(next, scene);
}

/** The first node still to come whose zone has room. Surge by zone goes on to the next one when one is done. */
function candidate(state: RolloutState, step: RolloutStep, last: number): number | undefined {
  const limit = step.perZone?.maxParallel ?? Infinity;
  const [first] = state.active;
  const isByZone = step.strategy?.kind === "surge" && step.order === "zone";
  for (let at = state.next; at < last; at++) {
    const { zone } = state.nodes[at]!;
    if (isByZone && first && first.zone !== zone) return undefined;
    if (state.active.filter((entry) => entry.zone === zone).length < limit) return at;
  }
  return undefined;
}

function nodeEnded(state: RolloutState, at: number, end: StepEnd, scene: Scene): Progress<RolloutState> {
  const { step, turn } = scene;
  const entry = state.active[at]!;
  const undo = [...state.undo, ...entry.group.undo];
  if (end.outcome === "done") {
    if (step.soak === 0 || !passOf(state, scene).isMain) return leave({ ...state, undo }, at, scene);
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
  const isKept = goesOn && keepsPlace(entry, step, policy);
  const kept = isKept ? [...state.kept, { node: entry.node, place: entry.place }] : state.kept;
  const next = { ...state, failedNodes, undo, kept };
  if (!goesOn) return { state: next, end: { ...end, reason: `${entry.node}: ${end.reason}` } };
  if (failedNodes.length > step.maxErrors && policy !== "uncordonAndSkip")
    return {
      state: next,
      end: failed(`${failedNodes.length} nodes failed, ${step.maxErrors} may: ${failedNodes.join(", ")}`),
    };
  return leave(next, at, scene);
}

function soaked(state: RolloutState, node: string, scene: Scene): Progress<RolloutState> {
  const at = state.active.findIndex((entry) => entry.node === node && entry.isSoaking);
  return at < 0 ? { state } : leave(state, at, scene);
}

/** A node's place becomes free. */
function leave(state: RolloutState, at: number, scene: Scene): Progress<RolloutState> {
  const active = state.active.slice();
  active.splice(at, 1);
  const next = { ...state, active };
  if (active.length > 0) return startMore(next, scene);
  const { isMain } = passOf(state, scene);
  if (isMain && scene.step.afterBatch.length > 0) return startAfter(next, scene);
  return batchEnded(next, scene);
}

function startAfter(state: RolloutState, scene: Scene): Progress<RolloutState> {
  const { step, environment, turn } = scene;
  const { state: after, end } = startGroup("sequence", step.afterBatch, environment, turn.child("after"));
  const next: RolloutState = { ...state, after };
  return end ? afterEnded(next, end, scene) : { state: next };
}

function observeAfter(state: RolloutState, below: string, fact: Fact, scene: Scene): Progress<RolloutState> {
  const { environment, turn } = scene;
  if (!state.after) return { state };
  const { state: after, end } = observeGroup(state.after, below, fact, environment, turn.child("after"));
  const next: RolloutState = { ...state, after };
  return end ? afterEnded(next, end, scene) : { state: next };
}

function afterEnded(state: RolloutState, end: StepEnd, scene: Scene): Progress<RolloutState> {
  const { after: _, ...rest } = state;
  return end.outcome === "done" ? batchEnded(rest, scene) : { state: rest, end };
}

/** No node is under way: what the last ones did is looked at for a while, where the strategy says so. */
function batchEnded(state: RolloutState, scene: Scene): Progress<RolloutState> {
  const { turn } = scene;
  const { soakAfterBatch } = passOf(state, scene);
  if (soakAfterBatch === 0) return startMore(state, scene);
  turn.command(`batch.${state.pass}.${state.next}`, { kind: "wakeAt", time: turn.now + soakAfterBatch });
  return { state: { ...state, phase: "pausing" } };
}

/** The canary is over, or the pass is, or no node has room any more. */
function settle(state: RolloutState, scene: Scene): Progress<RolloutState> {
  const { step, turn } = scene;
  if (state.active.length > 0 || state.after || state.phase === "soaking") return { state };
  if (state.phase === "canary" && state.next >= step.canary.count) {
    if (step.canary.soak === 0) return startMore({ ...state, phase: "rolling" }, scene);
    turn.command("canary", { kind: "wakeAt", time: turn.now + step.canary.soak });
    return { state: { ...state, phase: "soaking" } };
  }
  const pass = passOf(state, scene);
  if (state.next < state.nodes.length) {
    if (freePlace(state, pass) !== undefined) return { state };
    return { state, end: failed(noPlaceLeft(state, step)) };
  }
  if (pass.soakAfter === 0) return startPass(state, state.pass + 1, scene);
  turn.command(`pass.${state.pass}`, { kind: "wakeAt", time: turn.now + pass.soakAfter });
  return { state: { ...state, phase: "pausing" } };
}
