import type { DrainFailure, NotePod } from "../trace/event.ts";
import { onlyWaitedFor } from "./drain-filters.ts";
import type { DrainRules } from "./drain-rules.ts";
import type { Fact, PodFact } from "./protocol.ts";
import type { Turn } from "./turn.ts";

/**
 * One pod's part of a drain: ask for its eviction, ask again where that is refused, wait until it is gone.
 * Source: kubernetes/kubectl pkg/drain/drain.go v0.36.0; facts/drain.json, eviction; other drainers: facts/drainers.ts.
 */
export interface PodDrain {
  readonly pod: PodFact;
  /**
   * `queued`: others go first. `asking`: a request is under way. `sleeping`: refused, asks again later. `held`: waited
   * for and not asked. `told`: deleted, and waited for once all others are. `leaving`: terminating.
   */
  readonly status: "queued" | "asking" | "sleeping" | "held" | "told" | "leaving" | "done" | "failed";
  readonly isDeleted: boolean;
  /** How often it was refused. */
  readonly refusals: number;
  /** Its turn among the node's pods. */
  readonly wave: number;
}

/** Where in the drain a pod's turn is: its place among the pods of the node, and when the node's time is over. */
export interface PodTurn {
  readonly node: string;
  readonly index: number;
  readonly rules: DrainRules;
  readonly deadline: number | undefined;
  readonly turn: Turn;
}

export interface PodProgress {
  readonly entry: PodDrain;
  readonly failure?: DrainFailure;
}

/** Begins a pod's turn: asks for its removal, by eviction, or by a plain delete that no budget can refuse. */
export function beginPod(entry: PodDrain, at: PodTurn): PodDrain {
  const { index, rules, turn, deadline } = at;
  const { pod } = entry;
  if (rules.drainer.deletesAhead && deadline !== undefined)
    turn.command(`${index}.ahead`, { kind: "wakeAt", time: deadline - pod.graceSeconds * 1_000 });
  const mark = onlyWaitedFor(pod, rules.drainer);
  if (mark !== undefined) {
    const { pollMillis } = rules.drainer;
    turn.note({ kind: "held", pod: noted(pod), mark });
    turn.command(`${index}.gone`, {
      kind: "awaitPodGone",
      pod,
      pollMillis,
      orFinished: true,
      ...persistence(rules),
    });
    return { ...entry, status: "held" };
  }
  ask(pod, at);
  return { ...entry, status: "asking" };
}

function ask(pod: PodFact, { index, rules: { options, drainer }, turn }: PodTurn): void {
  const cap = drainer.graceCapSeconds ?? Infinity;
  const seconds = options.gracePeriod >= 0 ? options.gracePeriod : pod.graceSeconds > cap ? cap : undefined;
  const grace = seconds === undefined ? {} : { graceSeconds: seconds };
  const dryRun = options.dryRun === "server";
  if (options.disableEviction) {
    turn.command(`${index}.answer`, { kind: "deletePod", pod, ...grace, dryRun });
    return;
  }
  turn.note({ kind: "evicting", pod: noted(pod), dryRun: options.dryRun });
  turn.command(`${index}.answer`, { kind: "evict", pod, ...grace, dryRun });
}

/** Takes the answer to the command of this pod with this tag. */
export function observePod(entry: PodDrain, tag: string, fact: Fact, at: PodTurn): PodProgress {
  const { options } = at.rules;
  const { pod, status } = entry;
  switch (tag) {
    case "answer":
      return status === "asking" ? answered(entry, fact, at) : { entry };
    case "retry":
      return asksAgain(entry, at);
    case "gone":
      if (status === "done") return { entry };
      if (fact.kind === "error") return lost(entry, fact.error.message, at);
      if (status === "held") return { entry: { ...entry, status: "done" } };
      at.turn.note({ kind: "evicted", pod: noted(pod), deleted: entry.isDeleted, dryRun: options.dryRun });
      return { entry: { ...entry, status: "done" } };
    case "skip":
      if (status !== "leaving") return { entry };
      at.turn.note({ kind: "skipped", pod: noted(pod), seconds: options.skipWaitForDeleteTimeout });
      return { entry: { ...entry, status: "done" } };
    case "ahead":
      return { entry: deleteAhead(entry, at) };
    case "forced":
      if (fact.kind === "error") return { entry: { ...entry, status: "done" } };
      return { entry: status === "leaving" ? awaitGone(entry, at) : entry };
    default:
      return { entry };
  }
}

/** It is not seen any more whether the pod goes: kubectl gives it up. */
function lost(entry: PodDrain, message: string, { rules: { options }, turn }: PodTurn): PodProgress {
  const { pod, isDeleted } = entry;
  turn.note({ kind: "evicted", pod: noted(pod), deleted: isDeleted, dryRun: options.dryRun, failed: true });
  const failure: DrainFailure = isDeleted
    ? { kind: "request", message }
    : { kind: "lost", pod: noted(pod), message };
  return { entry: { ...entry, status: "failed" }, failure };
}

function answered(entry: PodDrain, fact: Fact, at: PodTurn): PodProgress {
  const { options, drainer } = at.rules;
  const { pod } = entry;
  if (fact.kind !== "error") {
    if (options.dryRun === "server") return { entry: { ...entry, status: "done" } };
    return { entry: entry.isDeleted ? { ...entry, status: "told" } : awaitGone(entry, at) };
  }
  const { error } = fact;
  if (error.code === 404) return { entry: { ...entry, status: "done" } };
  if (entry.isDeleted) {
    const failure: DrainFailure = { kind: "delete", pod: noted(pod), message: error.message };
    return { entry: { ...entry, status: "failed" }, failure };
  }
  const isTerminatingNamespace = error.code === 403 && error.causes.includes("NamespaceTerminating");
  if (isTerminatingNamespace && fact.podIsTerminating === true) return { entry: awaitGone(entry, at) };
  if (error.code === 429 || isTerminatingNamespace || drainer.retriesEveryError) {
    sleep(entry, error.message, isTerminatingNamespace, at);
    return { entry: { ...entry, status: "sleeping", refusals: entry.refusals + 1 } };
  }
  const failure: DrainFailure = { kind: "evict", pod: noted(pod), message: error.message };
  return { entry: { ...entry, status: "failed" }, failure };
}

/** Says what was answered, and when it asks again. */
function sleep({ pod, refusals }: PodDrain, message: string, terminating: boolean, at: PodTurn): void {
  const { drainer } = at.rules;
  const millis = Math.min(drainer.longestRetryMillis, drainer.retryMillis * 2 ** Math.min(refusals, 30));
  const delay = drainer.flags === "all" ? {} : { retryMillis: millis };
  at.turn.note({ kind: "evictionRetry", pod: noted(pod), message, terminating, ...delay });
  at.turn.command(`${at.index}.retry`, { kind: "wakeAt", time: at.turn.now + millis });
}

/** kubectl is a command that ends; who drains otherwise comes back to its work. */
function persistence({ drainer }: DrainRules): { readonly persists?: true } {
  return drainer.flags === "all" ? {} : { persists: true };
}

/** Waits until a pod that was told to go is gone. */
export function awaitGone(entry: PodDrain, { index, rules, turn }: PodTurn): PodDrain {
  const { pod } = entry;
  const { options, drainer } = rules;
  turn.command(`${index}.gone`, {
    kind: "awaitPodGone",
    pod,
    pollMillis: drainer.pollMillis,
    ...persistence(rules),
  });
  // The object says when it should be gone: in whole seconds, from when it was told to go.
  const grace = options.gracePeriod >= 0 ? options.gracePeriod : pod.graceSeconds;
  const deletionAt = pod.deletionAt ?? Math.floor(turn.now / 1_000 + grace) * 1_000;
  if (options.skipWaitForDeleteTimeout > 0) {
    const time = deletionAt + (options.skipWaitForDeleteTimeout + 1) * 1_000;
    if (time > turn.now) turn.command(`${index}.skip`, { kind: "wakeAt", time });
  }
  return { ...entry, status: "leaving" };
}

/** kubectl looks at its time-out between two attempts only, after the line that announces the next one. */
function asksAgain(entry: PodDrain, at: PodTurn): PodProgress {
  const { rules, turn, deadline } = at;
  const { pod } = entry;
  if (entry.status !== "sleeping") return { entry };
  if (deadline !== undefined && turn.now >= deadline) {
    turn.note({ kind: "evicting", pod: noted(pod), dryRun: rules.options.dryRun });
    const failure: DrainFailure = { kind: "timeout", pod: noted(pod), millis: rules.options.timeout };
    return { entry: { ...entry, status: "failed" }, failure };
  }
  ask(pod, at);
  return { entry: { ...entry, status: "asking" } };
}

/**
 * Deletes a pod that is not on its way yet, past its budget, so that it may stop in what is left of the node's time.
 * Source: kubernetes-sigs/karpenter terminator.go, DeleteExpiringPods.
 */
function deleteAhead(entry: PodDrain, { node, index, rules, turn, deadline }: PodTurn): PodDrain {
  const { pod, status } = entry;
  if (deadline === undefined || status === "leaving" || status === "done" || status === "failed")
    return entry;
  turn.command(`${index}.forced`, {
    kind: "deletePod",
    pod,
    graceSeconds: Math.max(0, Math.floor((deadline - turn.now) / 1_000)),
    dryRun: false,
  });
  const { timeout } = rules.options;
  turn.note({ kind: "forced", node, pods: [noted(pod)], fate: "deleted", millis: timeout });
  return { ...entry, status: "leaving", isDeleted: true };
}

/** Deletes what is left, past every budget, because the node's time is over. */
export function forcePod(entry: PodDrain, { index, rules: { drainer }, turn }: PodTurn): PodDrain {
  const { pod } = entry;
  const seconds = drainer.forcedGraceSeconds;
  const grace = seconds === undefined ? {} : { graceSeconds: seconds };
  turn.command(`${index}.forced`, { kind: "deletePod", pod, ...grace, dryRun: false });
  return { ...entry, status: "leaving", isDeleted: true };
}

export function noted({ namespace, name }: NotePod): NotePod {
  return { namespace, name };
}
