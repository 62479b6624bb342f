import { drainerMarks } from "../facts/drainers.ts";
import type { DrainFailure, NotePod } from "../trace/event.ts";
import { selectPods } from "./drain-filters.ts";
import {
  awaitGone,
  beginPod,
  forcePod,
  noted,
  observePod,
  type PodDrain,
  type PodTurn,
} from "./drain-pod.ts";
import { type DrainRules, onSilentNode } from "./drain-rules.ts";
import type { Fact, PodFact } from "./protocol.ts";
import type { Turn } from "./turn.ts";

/**
 * One node's part of a drain: list, filter, evict, wait until each pod is gone. kubectl evicts all pods at once; what
 * others do in another way is in the rules. Source: kubernetes/kubectl pkg/drain/drain.go v0.36.0; facts/drain.json,
 * eviction; facts/drainers.ts.
 */
export interface NodeDrain {
  readonly node: string;
  readonly phase: "listing" | "removing" | "reporting" | "ended";
  /** When the node's time is over, in virtual milliseconds; undefined: never. */
  readonly deadline?: number;
  /** Whether it was, and what was left was deleted. */
  readonly isForced: boolean;
  /** Whether its kubelet answers. */
  readonly isSilent: boolean;
  readonly pods: readonly PodDrain[];
  readonly failures: readonly DrainFailure[];
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

/** Starts draining a node that is closed already.  */
export function startNodeDrain(node: string, { options }: DrainRules, turn: Turn): NodeDrain {
  turn.command("pods", { kind: "listPods", node, podSelector: options.podSelector });
  return { node, phase: "listing", isForced: false, isSilent: false, pods: [], failures: [] };
}

/** Takes the answer to the command with this tag. */
export function observeNodeDrain(
  state: NodeDrain,
  tag: string,
  fact: Fact,
  given: DrainRules,
  turn: Turn,
): NodeDrainProgress {
  if (state.phase === "ended") return { state };
  if (tag === "pods") return listed(state, fact, given, turn);
  const rules = state.isSilent ? onSilentNode(given) : given;
  if (tag === "pending") return reported(state, fact, rules, turn);
  if (tag === "deadline") return timedOut(state, rules, turn);
  const dot = tag.indexOf(".");
  const index = Number(tag.slice(0, dot));
  const entry = state.pods[index];
  if (!entry || state.phase !== "removing") return { state };
  const next = observePod(entry, tag.slice(dot + 1), fact, podTurn(state, index, rules, turn));
  const pods = state.pods.slice();
  pods[index] = next.entry;
  const failures = next.failure ? [...state.failures, next.failure] : state.failures;
  return settle({ ...state, pods, failures }, rules, turn);
}

function podTurn({ node, deadline }: NodeDrain, index: number, rules: DrainRules, turn: Turn): PodTurn {
  return { node, index, rules, deadline, turn };
}

function ended(state: NodeDrain, end: NodeDrainEnd): NodeDrainProgress {
  return { state: { ...state, phase: "ended" }, end };
}

function listed(state: NodeDrain, fact: Fact, given: DrainRules, turn: Turn): NodeDrainProgress {
  if (fact.kind === "error") {
    const failures: DrainFailure[] = [{ kind: "request", message: fact.error.message }];
    return ended(state, { kind: "failed", failures, pending: [] });
  }
  if (fact.kind !== "pods") return { state };
  const isSilent = fact.isNodeSilent;
  const rules = isSilent ? onSilentNode(given) : given;
  const { options, drainer } = rules;
  const selection = selectPods(fact.pods, rules, turn.now);
  if (selection.errors.length > 0) return ended(state, { kind: "refused", groups: selection.errors });
  const isFirst = state.pods.length === 0;
  if (selection.warnings.length > 0 && isFirst) turn.note({ kind: "warning", groups: selection.warnings });
  if (options.dryRun === "client") {
    for (const pod of selection.pods) turn.note({ kind: "evicting", pod, dryRun: "client" });
    return ended(state, { kind: "drained" });
  }
  if (!isFirst && selection.pods.length === 0) return ended(state, { kind: "drained" });
  // The pods of an earlier list keep their places: answers find them by their index.
  const fresh = selection.pods.map((pod): PodDrain => ({
    pod,
    status: "queued",
    isDeleted: options.disableEviction,
    refusals: 0,
    wave: drainer.goesInWaves ? waveOf(pod) : 0,
  }));
  const hasDeadline = options.timeout > 0 && isFirst && !options.disableEviction;
  const removing: NodeDrain = {
    ...state,
    phase: "removing",
    isSilent,
    pods: [...state.pods, ...fresh],
    ...(hasDeadline ? { deadline: turn.now + options.timeout } : {}),
  };
  if (hasDeadline && removing.pods.length > 0)
    turn.command("deadline", { kind: "wakeAt", time: removing.deadline! });
  // The time was over while the node was listed again.
  if (!isFirst && removing.deadline !== undefined && turn.now >= removing.deadline)
    return timedOut(removing, rules, turn);
  return settle(removing, rules, turn);
}

/** Workloads first, then DaemonSets, then critical workloads, then critical DaemonSets. Source: Karpenter's terminator.go, Evict. */
function waveOf({ priorityClassName, controller }: PodFact): number {
  const isCritical = drainerMarks.criticalClasses.some((name) => name === priorityClassName);
  return (isCritical ? 2 : 0) + (controller?.kind === "DaemonSet" ? 1 : 0);
}

/** Ends the node once no pod is under way, or lets the next of its pods begin. */
function settle(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrainProgress {
  if (rules.options.disableEviction && state.pods.some(isUnderWay)) {
    const next = deleteInTurn(state, rules, turn);
    return next === state || next.pods.some(isUnderWay) ? { state: next } : settle(next, rules, turn);
  }
  const going = state.pods.filter(isUnderWay);
  const queued = going.filter(({ status }) => status === "queued");
  if (queued.length > 0 && queued.length === going.length) return beginWave(state, rules, turn);
  if (going.length > 0) return { state };
  const { podSelector } = rules.options;
  if (state.failures.length > 0) {
    // After a failure kubectl lists once more what is still there.
    turn.command("pending", { kind: "listPods", node: state.node, podSelector });
    return { state: { ...state, phase: "reporting" } };
  }
  if (!rules.drainer.looksAgain || state.pods.length === 0) return ended(state, { kind: "drained" });
  turn.command("pods", { kind: "listPods", node: state.node, podSelector });
  return { state: { ...state, phase: "listing" } };
}

/**
 * kubectl deletes one pod after another, ends at the first that it may not delete, and waits for all of them together,
 * for as long as its time-out says from then on. Source: drain.go, deletePods; facts/drain.json, delete.
 */
function deleteInTurn(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrain {
  const { pods, failures, deadline } = state;
  if (failures.length > 0)
    return { ...state, pods: pods.map((each) => (isUnderWay(each) ? { ...each, status: "failed" } : each)) };
  if (pods.some(({ status }) => status === "asking")) return state;
  const next = pods.findIndex(({ status }) => status === "queued");
  const at = (index: number) => podTurn(state, index, rules, turn);
  if (next >= 0) return { ...state, pods: pods.with(next, beginPod(pods[next]!, at(next))) };
  if (!pods.some(({ status }) => status === "told")) return state;
  const { timeout } = rules.options;
  const begins = timeout > 0 && deadline === undefined;
  if (begins) turn.command("deadline", { kind: "wakeAt", time: turn.now + timeout });
  return {
    ...state,
    ...(begins ? { deadline: turn.now + timeout } : {}),
    pods: pods.map((each, index) => (each.status === "told" ? awaitGone(each, at(index)) : each)),
  };
}

function beginWave(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrainProgress {
  const wave = Math.min(...state.pods.filter(({ status }) => status === "queued").map((each) => each.wave));
  const pods = state.pods.map((entry, index) =>
    entry.status === "queued" && entry.wave === wave
      ? beginPod(entry, podTurn(state, index, rules, turn))
      : entry,
  );
  return { state: { ...state, pods } };
}

/** The node's time is over: give it up, delete what is left, or leave that where it is. */
function timedOut(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrainProgress {
  const { atTimeout } = rules.drainer;
  if (state.isForced || state.phase === "reporting") return { state };
  if (atTimeout === "delete") return forced(state, rules, turn);
  if (atTimeout === "leave") return left(state, rules, turn);
  if (state.phase !== "removing") return { state };
  const { options } = rules;
  const waiting = state.pods.filter((entry) => entry.status === "leaving");
  const isOver = (entry: PodDrain) =>
    entry.status === "leaving" || (atTimeout === "fail" && isUnderWay(entry));
  const refused =
    atTimeout === "fail" ? state.pods.filter(isOver).filter((each) => !waiting.includes(each)) : [];
  // At the deadline kubectl's waits give up; those that are refused find out at their next attempt.
  const pods = state.pods.map((entry): PodDrain => (isOver(entry) ? { ...entry, status: "failed" } : entry));
  const failures: DrainFailure[] = options.disableEviction
    ? state.pods.some(isOver)
      ? [{ kind: "waitMany", millis: options.timeout }]
      : []
    : [
        ...refused.map(({ pod }): DrainFailure => ({
          kind: "timeout",
          pod: noted(pod),
          millis: options.timeout,
        })),
        ...waiting.map(({ pod }): DrainFailure => ({ kind: "wait", pod: noted(pod) })),
      ];
  return settle({ ...state, pods, failures: [...state.failures, ...failures] }, rules, turn);
}

function isUnderWay({ status }: PodDrain): boolean {
  return status !== "done" && status !== "failed";
}

function forced(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrainProgress {
  sayForced(state, "deleted", rules, turn);
  const pods = state.pods.map((entry, index) =>
    isUnderWay(entry) ? forcePod(entry, podTurn(state, index, rules, turn)) : entry,
  );
  return settle({ ...state, pods, isForced: true }, rules, turn);
}

/** The machine goes, and with it what is still on it: for the drainer the node is done with. */
function left(state: NodeDrain, rules: DrainRules, turn: Turn): NodeDrainProgress {
  sayForced(state, "left", rules, turn);
  return ended(state, { kind: "drained" });
}

function sayForced(state: NodeDrain, fate: "deleted" | "left", { options }: DrainRules, turn: Turn): void {
  // What was deleted so early that it ends now has been told.
  const pods = state.pods.filter((each) => isUnderWay(each) && !each.isDeleted).map(({ pod }) => noted(pod));
  if (pods.length === 0) return;
  turn.note({ kind: "forced", node: state.node, pods, fate, millis: options.timeout });
}

/** Source: kubectl pkg/cmd/drain/drain.go, deleteOrEvictPodsSimple. */
const listingFailed = "Following errors occurred while getting the list of pods to delete:";

function reported(state: NodeDrain, fact: Fact, rules: DrainRules, turn: Turn): NodeDrainProgress {
  if (fact.kind === "error")
    turn.note({ kind: "line", stream: "stderr", text: `${listingFailed}\n${fact.error.message}` });
  const pods = fact.kind === "pods" ? selectPods(fact.pods, rules, turn.now).pods : [];
  return ended(state, { kind: "failed", failures: state.failures, pending: pods.map(noted) });
}
