import type { DrainOptions } from "../plan/plan.ts";
import type { DrainFailure, NotePod } from "../trace/event.ts";
import type { Fact, PodFact } from "./protocol.ts";
import { selectPods } from "./drain-filters.ts";
import type { Turn } from "./turn.ts";

/**
 * One node's part of `kubectl drain`: list, filter, evict all pods at once, retry what a budget refuses, wait until
 * each is gone. Source: kubernetes/kubectl pkg/drain/drain.go v0.36.0; facts/drain.json, eviction.
 */

/** The delay after a 429 (EvictErrorRetryDelay), in milliseconds. */
const retryMillis = 5_000;
/** How often it looks whether an evicted pod is gone, in milliseconds. */
const pollMillis = 1_000;

export interface NodeDrain {
  readonly node: string;
  readonly phase: "listing" | "removing" | "reporting";
  /** When --timeout is over, in virtual milliseconds; undefined: never. */
  readonly deadline?: number;
  readonly pods: readonly PodDrain[];
  readonly failures: readonly DrainFailure[];
}

export interface PodDrain {
  readonly pod: PodFact;
  /** `asking`: a request is under way. `sleeping`: refused, asks again later. `leaving`: terminating. */
  readonly status: "asking" | "sleeping" | "leaving" | "done" | "failed";
  readonly isDeleted: boolean;
}

/** How a node's drain ended. */
export type NodeDrainEnd =
  | { readonly kind: "drained" }
  | {
      readonly kind: "refused";
      readonly groups: readonly { readonly message: string; readonly pods: readonly NotePod[] }[];
    }
  | {
      readonly kind: "failed";
      readonly failures: readonly DrainFailure[];
      readonly pending: readonly NotePod[];
    };

export interface NodeDrainProgress {
  readonly state: NodeDrain;
  readonly end?: NodeDrainEnd;
}

/** Starts draining a node that is cordoned already.  */
export function startNodeDrain(node: string, options: DrainOptions, turn: Turn): NodeDrain {
  turn.command("pods", { kind: "listPods", node, podSelector: options.podSelector });
  return { node, phase: "listing", pods: [], failures: [] };
}

/** Takes the answer to the command with this tag. */
export function observeNodeDrain(
  state: NodeDrain,
  tag: string,
  fact: Fact,
  options: DrainOptions,
  turn: Turn,
): NodeDrainProgress {
  if (tag === "pods") return listed(state, fact, options, turn);
  if (tag === "pending") return reported(state, fact, options, turn);
  if (tag === "deadline") return timedOut(state, options, turn);
  const colon = tag.indexOf(".");
  const index = Number(tag.slice(0, colon));
  const entry = state.pods[index];
  if (!entry || state.phase !== "removing") return { state };
  const next = observePod(entry, tag.slice(colon + 1), fact, index, state, options, turn);
  const pods = state.pods.slice();
  pods[index] = next.entry;
  const failures = next.failure ? [...state.failures, next.failure] : state.failures;
  return settle({ ...state, pods, failures }, options, turn);
}

function listed(state: NodeDrain, fact: Fact, options: DrainOptions, turn: Turn): NodeDrainProgress {
  if (fact.kind !== "pods") return { state, end: { kind: "failed", failures: [], pending: [] } };
  const selection = selectPods(fact.pods, options, turn.now);
  if (selection.errors.length > 0) return { state, end: { kind: "refused", groups: selection.errors } };
  if (selection.warnings.length > 0) turn.note({ kind: "warning", groups: selection.warnings });
  if (options.dryRun === "client") {
    for (const pod of selection.pods) turn.note({ kind: "evicting", pod, dryRun: "client" });
    return { state, end: { kind: "drained" } };
  }
  const removing: NodeDrain = {
    ...state,
    phase: "removing",
    pods: selection.pods.map((pod) => ({ pod, status: "asking", isDeleted: options.disableEviction })),
    ...(options.timeout > 0 ? { deadline: turn.now + options.timeout } : {}),
  };
  if (removing.deadline !== undefined && removing.pods.length > 0)
    turn.command("deadline", { kind: "wakeAt", time: removing.deadline });
  removing.pods.forEach((entry, index) => ask(entry.pod, index, options, turn));
  return settle(removing, options, turn);
}

/** Asks for one pod's removal: by eviction, or by a plain delete that no budget can refuse. */
function ask(pod: PodFact, index: number, options: DrainOptions, turn: Turn): void {
  const grace = options.gracePeriod >= 0 ? { graceSeconds: options.gracePeriod } : {};
  const dryRun = options.dryRun === "server";
  if (options.disableEviction) {
    turn.command(`${index}.answer`, { kind: "deletePod", pod, ...grace, dryRun });
    return;
  }
  turn.note({ kind: "evicting", pod: noted(pod), dryRun: options.dryRun });
  turn.command(`${index}.answer`, { kind: "evict", pod, ...grace, dryRun });
}

function observePod(
  entry: PodDrain,
  tag: string,
  fact: Fact,
  index: number,
  state: NodeDrain,
  options: DrainOptions,
  turn: Turn,
): { readonly entry: PodDrain; readonly failure?: DrainFailure } {
  const { pod } = entry;
  switch (tag) {
    case "answer":
      return answered(entry, fact, index, options, turn);
    case "retry":
      return asksAgain(entry, index, state, options, turn);
    case "gone":
      turn.note({ kind: "evicted", pod: noted(pod), deleted: entry.isDeleted, dryRun: options.dryRun });
      return { entry: { ...entry, status: "done" } };
    case "skip":
      if (entry.status !== "leaving") return { entry };
      turn.note({ kind: "skipped", pod: noted(pod), seconds: options.skipWaitForDeleteTimeout });
      return { entry: { ...entry, status: "done" } };
    default:
      return { entry };
  }
}

function answered(
  entry: PodDrain,
  fact: Fact,
  index: number,
  options: DrainOptions,
  turn: Turn,
): { readonly entry: PodDrain; readonly failure?: DrainFailure } {
  const { pod } = entry;
  if (fact.kind !== "error") {
    if (options.dryRun === "server") return { entry: { ...entry, status: "done" } };
    return { entry: awaitGone(entry, index, options, turn) };
  }
  const { error } = fact;
  if (error.code === 404) return { entry: { ...entry, status: "done" } };
  if (entry.isDeleted) {
    const failure: DrainFailure = { kind: "delete", pod: noted(pod), message: error.message };
    return { entry: { ...entry, status: "failed" }, failure };
  }
  const isTerminatingNamespace = error.code === 403 && error.causes.includes("NamespaceTerminating");
  if (isTerminatingNamespace && fact.podIsTerminating === true)
    return { entry: awaitGone(entry, index, options, turn) };
  if (error.code === 429 || isTerminatingNamespace) {
    const retry = { pod: noted(pod), message: error.message, terminating: isTerminatingNamespace };
    turn.note({ kind: "evictionRetry", ...retry });
    turn.command(`${index}.retry`, { kind: "wakeAt", time: turn.now + retryMillis });
    return { entry: { ...entry, status: "sleeping" } };
  }
  const failure: DrainFailure = { kind: "evict", pod: noted(pod), message: error.message };
  return { entry: { ...entry, status: "failed" }, failure };
}

function awaitGone(entry: PodDrain, index: number, options: DrainOptions, turn: Turn): PodDrain {
  turn.command(`${index}.gone`, { kind: "awaitPodGone", pod: entry.pod, pollMillis });
  if (options.skipWaitForDeleteTimeout > 0 && entry.pod.deletionAt !== undefined) {
    const time = entry.pod.deletionAt + (options.skipWaitForDeleteTimeout + 1) * 1_000;
    if (time > turn.now) turn.command(`${index}.skip`, { kind: "wakeAt", time });
  }
  return { ...entry, status: "leaving" };
}

/** The time-out is only looked at between two attempts, after the line that announces the next one. */
function asksAgain(
  entry: PodDrain,
  index: number,
  state: NodeDrain,
  options: DrainOptions,
  turn: Turn,
): { readonly entry: PodDrain; readonly failure?: DrainFailure } {
  const { pod } = entry;
  if (entry.status !== "sleeping") return { entry };
  if (state.deadline !== undefined && turn.now >= state.deadline) {
    turn.note({ kind: "evicting", pod: noted(pod), dryRun: options.dryRun });
    const failure: DrainFailure = { kind: "timeout", pod: noted(pod), millis: options.timeout };
    return { entry: { ...entry, status: "failed" }, failure };
  }
  ask(pod, index, options, turn);
  return { entry: { ...entry, status: "asking" } };
}

/** At the deadline those that wait for a pod to leave give up; those that are refused find out at their next attempt. */
function timedOut(state: NodeDrain, options: DrainOptions, turn: Turn): NodeDrainProgress {
  if (state.phase !== "removing") return { state };
  const waiting = state.pods.filter((entry) => entry.status === "leaving");
  const pods = state.pods.map((entry): PodDrain =>
    entry.status === "leaving" ? { ...entry, status: "failed" } : entry,
  );
  const failures: DrainFailure[] = options.disableEviction
    ? waiting.length > 0
      ? [{ kind: "waitMany", millis: options.timeout }]
      : []
    : waiting.map(({ pod }) => ({ kind: "wait", pod: noted(pod) }));
  return settle({ ...state, pods, failures: [...state.failures, ...failures] }, options, turn);
}

/** Ends the node once no pod is under way; after a failure kubectl lists once more what is still there. */
function settle(state: NodeDrain, options: DrainOptions, turn: Turn): NodeDrainProgress {
  if (state.pods.some(({ status }) => status !== "done" && status !== "failed")) return { state };
  if (state.failures.length === 0) return { state, end: { kind: "drained" } };
  turn.command("pending", { kind: "listPods", node: state.node, podSelector: options.podSelector });
  return { state: { ...state, phase: "reporting" } };
}

function reported(state: NodeDrain, fact: Fact, options: DrainOptions, turn: Turn): NodeDrainProgress {
  const pods = fact.kind === "pods" ? selectPods(fact.pods, options, turn.now).pods : [];
  return { state, end: { kind: "failed", failures: state.failures, pending: pods.map(noted) } };
}

function noted({ namespace, name }: NotePod): NotePod {
  return { namespace, name };
}
