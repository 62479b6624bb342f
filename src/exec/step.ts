import { humanDuration } from "../lib/duration.ts";
import { drainerOf } from "../plan/drainers.ts";
import { drainDefaults, type FailurePolicy, type Plan } from "../plan/plan.ts";
import { notListed } from "./api-error.ts";
import { type DrainState, observeDrain, startDrain } from "./drain.ts";
import { type DrainRules, drainRules } from "./drain-rules.ts";
import { type EachNodeState, observeEachNode, startEachNode } from "./each-node.ts";
import { observeObjects, type ObjectsState, startObjects } from "./objects.ts";
import { describeStep, type ObjectsStep, type ProgramStep } from "./program.ts";
import type { Action, Fact } from "./protocol.ts";
import { observeRollout, type RolloutState, startRollout } from "./rollout.ts";
import { type JoinState, observeJoining, startJoining } from "./join.ts";
import { observeSingle, type SingleState, startSingle } from "./single.ts";
import { observeGroup, type GroupState, startGroup } from "./group.ts";
import { done, failed, type Progress, type StepEnd, type Turn } from "./turn.ts";

/** What the steps of one execution have in common. */
export interface Environment {
  readonly plan: Plan;
  /** The node whose turn it is in a rollout; empty outside. */
  readonly node: string;
  /** Whether a group around it says itself what comes of a failure inside. */
  readonly isOverruled: boolean;
  /** How a step inside a group is run: given from outside, as steps contain groups that contain steps. */
  readonly runner: StepRunner;
}

export interface StepRunner {
  readonly start: (step: ProgramStep, environment: Environment, turn: Turn) => Progress<StepRun>;
  readonly observe: (
    run: StepRun,
    rest: string,
    fact: Fact,
    environment: Environment,
    turn: Turn,
  ) => Progress<StepRun>;
}

/** The environment of a plan's own steps. */
export function environmentOf(plan: Plan): Environment {
  return { plan, node: "", isOverruled: false, runner: { start: startStep, observe: observeStep } };
}

/** A step under way: plain data, so that an execution can be kept, resumed and compared. */
export interface StepRun {
  readonly step: ProgramStep;
  readonly phase: "running" | "backoff" | "paused" | "ended";
  readonly attempt: number;
  readonly body: StepBody;
  /** What has to be undone at the end of the plan, in the order in which it was done. */
  readonly undo: readonly Action[];
  /** How it failed, while a person is to say what comes of that. */
  readonly failure?: StepEnd;
}

export type StepBody =
  | { readonly kind: "idle" }
  | { readonly kind: "resolving" }
  | DrainState
  | EachNodeState
  | JoinState
  | SingleState
  | ObjectsState
  | GroupState
  | RolloutState;

/** Starts a step: says so, sets its time-out, sends its first commands. */
function startStep(step: ProgramStep, environment: Environment, turn: Turn): Progress<StepRun> {
  turn.started(describeStep(step), environment.node);
  return attemptStep(
    { step, phase: "running", attempt: 1, body: { kind: "idle" }, undo: [] },
    environment,
    turn,
  );
}

function attemptStep(run: StepRun, environment: Environment, turn: Turn): Progress<StepRun> {
  const { step } = run;
  const timeout = step.timeout ?? (isLeaf(step) ? environment.plan.defaults.timeout : undefined);
  if (timeout !== undefined)
    turn.command(`timeout${run.attempt}`, { kind: "wakeAt", time: turn.now + timeout });
  return advance(run, startBody(step, environment, turn), environment, turn);
}

/** The plan's default time-out bounds single steps, not the groups they stand in. */
function isLeaf(step: ProgramStep): boolean {
  return step.kind !== "sequence" && step.kind !== "parallel" && step.kind !== "rollout";
}

function startBody(step: ProgramStep, environment: Environment, turn: Turn): Progress<StepBody> {
  switch (step.kind) {
    case "sequence":
    case "parallel":
      return startGroup(step.kind, step.steps, inside(step, environment), turn);
    case "rollout":
      return startRollout(step, turn);
    case "cordon":
    case "uncordon":
    case "taint":
    case "label":
    case "reboot":
    case "deleteNode":
    case "renewCertificates":
    case "removeEtcdMember":
    case "upgradeControlPlane":
    case "upgradeKubelet":
    case "hook":
    case "drain":
      if (step.nodes.kind === "current") return startOnNodes(step, [environment.node], environment, turn);
      // It has to work where no API server answers.
      if (step.kind === "renewCertificates" && step.nodes.kind === "names")
        return startOnNodes(step, step.nodes.names, environment, turn);
      turn.command("nodes", { kind: "listNodes", nodes: step.nodes });
      return { state: { kind: "resolving" } };
    case "say":
      for (const text of step.lines)
        turn.note({ kind: "line", stream: step.fails ? "stderr" : "stdout", text });
      return { state: { kind: "idle" }, end: step.fails ? failed(step.lines[0] ?? "") : done };
    case "joinNode":
      return startJoining(step, environment, turn);
    case "objects":
      return startObjects(step, turn);
    default:
      return startSingle(step, environment, turn);
  }
}

type NodeStep = Exclude<
  Extract<ProgramStep, { readonly nodes: unknown; readonly kind: string }>,
  { readonly kind: "rollout" }
>;

type DrainStep = Extract<NodeStep, { readonly kind: "drain" }>;

function startOnNodes(
  step: NodeStep,
  nodes: readonly string[],
  environment: Environment,
  turn: Turn,
): Progress<StepBody> {
  if (step.kind === "drain") return startDrain(nodes, rulesOf(step, environment.plan), turn);
  return startEachNode(step, nodes, turn);
}

/** The step's own flags, above the plan's defaults, above the drainer's. */
function rulesOf(step: DrainStep, plan: Plan): DrainRules {
  return drainRules(drainerOf(step, plan), { ...drainDefaults, ...plan.defaults.drain, ...step.options });
}

/** Takes the answer to a command of this step or of a step inside it. `rest` is the command's path below this step. */
function observeStep(
  run: StepRun,
  rest: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<StepRun> {
  if (run.phase === "ended") return { state: run };
  if (rest.startsWith(":")) {
    const tag = rest.slice(1);
    if (tag.startsWith("timeout")) return timedOut(run, tag, environment, turn);
    if (tag === "again")
      return run.phase === "backoff" ? attemptStep(nextAttempt(run), environment, turn) : { state: run };
    if (run.phase === "paused") return decided(run, tag, fact, environment, turn);
    if (run.phase === "backoff") return { state: run };
    // It may not be begun at all.
    if (tag === "refused" && fact.kind === "error")
      return advance(run, { state: run.body, end: failed(fact.error.message) }, environment, turn);
    return advance(run, observeOwn(run, tag, fact, environment, turn), environment, turn);
  }
  if (run.phase !== "running") return { state: run };
  return advance(run, observeChild(run, rest, fact, environment, turn), environment, turn);
}

function nextAttempt(run: StepRun): StepRun {
  return { ...run, phase: "running", attempt: run.attempt + 1, body: { kind: "idle" } };
}

function observeOwn(
  run: StepRun,
  tag: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<StepBody> {
  const { step, body } = run;
  switch (body.kind) {
    case "resolving":
      return resolved(step as NodeStep, fact, environment, turn);
    case "drain":
      return observeDrain(body, tag, fact, rulesOf(step as DrainStep, environment.plan), turn);
    case "eachNode":
      return observeEachNode(body, step, tag, fact, turn);
    case "join":
      return observeJoining(body, fact, turn);
    case "rollout":
      return observeRollout(
        body,
        step as ProgramStep & { kind: "rollout" },
        `:${tag}`,
        fact,
        inside(step, environment),
        turn,
      );
    case "objects":
      return observeObjects(body, step as ObjectsStep, tag, fact, turn);
    case "single":
      return observeSingle(body, step, tag, fact, turn);
    case "idle":
    case "group":
      return { state: body };
  }
}

function observeChild(
  run: StepRun,
  rest: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<StepBody> {
  const { step, body } = run;
  const within = inside(step, environment);
  if (body.kind === "group") return observeGroup(body, rest, fact, within, turn);
  if (body.kind === "rollout")
    return observeRollout(body, step as ProgramStep & { kind: "rollout" }, rest, fact, within, turn);
  return { state: body };
}

function resolved(step: NodeStep, fact: Fact, environment: Environment, turn: Turn): Progress<StepBody> {
  const body: StepBody = { kind: "resolving" };
  if (fact.kind !== "nodes")
    return { state: body, end: notListed("the nodes could not be listed", fact, turn) };
  if (fact.missing.length > 0) {
    for (const node of fact.missing) turn.note({ kind: "nodeNotFound", node });
    return { state: body, end: failed(`there is no node ${fact.missing.join(", ")}`) };
  }
  return startOnNodes(
    step,
    fact.nodes.map(({ name }) => name),
    environment,
    turn,
  );
}

function timedOut(run: StepRun, tag: string, environment: Environment, turn: Turn): Progress<StepRun> {
  if (tag !== `timeout${run.attempt}` || run.phase !== "running") return { state: run };
  const millis = run.step.timeout ?? environment.plan.defaults.timeout ?? 0;
  if (run.step.kind === "rolloutStatus")
    turn.note({ kind: "line", stream: "stderr", text: "error: timed out waiting for the condition" });
  return advance(
    run,
    { state: run.body, end: failed(`timed out after ${humanDuration(millis)}`) },
    environment,
    turn,
  );
}

/** Takes the body's progress over; a failed step is tried again where its policy says so. */
function advance(
  run: StepRun,
  progress: Progress<StepBody>,
  environment: Environment,
  turn: Turn,
): Progress<StepRun> {
  const undo = undoOf(progress.state);
  const state: StepRun = { ...run, body: progress.state, undo };
  const { end } = progress;
  if (!end) return { state };
  const policy = run.step.onFailure ?? environment.plan.onFailure;
  if (end.outcome === "failed" && policy.kind === "retry" && run.attempt <= policy.times) {
    turn.command("again", { kind: "wakeAt", time: turn.now + policy.backoff });
    return { state: { ...state, phase: "backoff" } };
  }
  // What a step inside wants is overruled by what this one says itself.
  const wanted = run.step.onFailure === undefined ? (end.policy ?? finalPolicy(policy)) : finalPolicy(policy);
  const final: StepEnd = end.outcome === "failed" ? { ...end, policy: wanted } : end;
  if (end.outcome !== "failed" || wanted.kind !== "pause" || environment.isOverruled)
    return over(state, final, turn);
  turn.command(`decision${run.attempt}`, { kind: "decide", node: environment.node, reason: end.reason });
  return { state: { ...state, phase: "paused", failure: final } };
}

/** A person has said what comes of a failure. */
function decided(
  run: StepRun,
  tag: string,
  fact: Fact,
  environment: Environment,
  turn: Turn,
): Progress<StepRun> {
  if (tag !== `decision${run.attempt}` || fact.kind !== "decided" || !run.failure) return { state: run };
  const { failure, ...rest } = run;
  if (fact.word === "again") return attemptStep(nextAttempt(rest), environment, turn);
  return over(rest, { ...failure, policy: { kind: fact.word === "skip" ? "continue" : "abort" } }, turn);
}

function over(run: StepRun, end: StepEnd, turn: Turn): Progress<StepRun> {
  turn.ended(end.outcome, end.reason);
  return { state: { ...run, phase: "ended" }, end };
}

/** What the steps inside a group have in common. */
function inside({ onFailure }: ProgramStep, environment: Environment): Environment {
  return onFailure === undefined ? environment : { ...environment, isOverruled: true };
}

function finalPolicy(policy: FailurePolicy): FailurePolicy {
  return policy.kind === "retry" ? policy.then : policy;
}

function undoOf(body: StepBody): readonly Action[] {
  return "undo" in body ? body.undo : [];
}
