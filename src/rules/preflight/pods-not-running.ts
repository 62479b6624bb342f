import { groupBy } from "../../lib/order.ts";
import { humanDuration } from "../../lib/duration.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import { isNodeReady } from "../../model/node.ts";
import { isReady, type Pod, podCondition } from "../../model/pod.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload, type PodGroup } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft, podsToMove } from "../rule.ts";
import { firstReason } from "../scheduler-message.ts";

/**
 * Pods that are in trouble before anything is done: Pending ones compete for the room that a drain needs, crashing
 * ones use up budgets, and a drain deletes what failed ones could still tell.
 */
export const podsNotRunning = definePreflightRule({
  id: "pods-not-running",
  severity: "warning",
  title: "Pods are Pending, crashing or stuck already",
  check: (preflight) => {
    const { cluster, index, scope } = preflight;
    const moving = new Set(podsToMove(preflight));
    // On a node that is not Ready no pod is: that is one finding, of rule node-not-ready.
    const isLost = ({ nodeName }: Pod) => {
      const node = index.node(nodeName);
      return node !== undefined && !isNodeReady(node);
    };
    const stateOf = (pod: Pod) => {
      const state = troubleOf(pod, cluster.asOf);
      return state === notReady && isLost(pod) ? undefined : state;
    };
    const found = cluster.objects.Pod.map((pod) => ({ pod, state: stateOf(pod) })).filter(
      ({ pod, state }) =>
        state !== undefined && (scope === "cluster" || moving.has(pod) || state === unscheduled),
    );
    const states = new Map(found.map(({ pod, state }) => [pod, state!]));
    const groups = byWorkload(index, states.keys());
    if (groups.length <= mostSingleFindings)
      return groups.map(({ subject, pods }) =>
        finding(subject, pods, states, index.podsOfWorkload(subject).length, cluster.asOf),
      );
    return [...groupBy(states.keys(), (pod) => states.get(pod)!)].map(([state, pods]) =>
      together(state, byWorkload(index, pods), cluster.asOf),
    );
  },
});

/** With more workloads in trouble than this, one finding speaks of all in the same state. */
const mostSingleFindings = 3;

/** Lines for single workloads; the rest are only named. */
const linesShown = 5;

function together(state: string, groups: readonly PodGroup[], now: number): FindingDraft {
  const pods = groups.flatMap((group) => group.pods);
  const isOver = pods.every(({ status }) => status.phase === "Failed");
  const rest = groups.slice(linesShown).map(({ subject }) => subject);
  return {
    subject: groups.length === 1 ? groups[0]!.subject : counted(groups.length, "workload"),
    ...(isOver ? { severity: "info" as const } : {}),
    weight: isOver ? 5 : 90 + Math.min(9, pods.length),
    message: `${counted(pods.length, "pod")} ${state}${isOver ? `: a drain deletes ${verb(pods.length, "it and its", "them and their")} logs` : ""}`,
    details: [
      ...groups
        .slice(0, linesShown)
        .map(({ subject, pods: own }) => [`${own.length} of ${subject}.`, ...whyOf(own[0]!, now)].join(" ")),
      ...(rest.length > 0 ? [`Also of ${listed(rest)}.`] : []),
    ],
    data: {
      workloads: groups.map(({ subject }) => subject),
      pods: pods.map(keyOf),
      states: { [state]: pods.length },
    },
  };
}

const unscheduled = "Pending without a node";
const stuck = "Terminating";
const notReady = "not Ready";

/** A pod that has existed for less than this is starting, not in trouble: Seatrial's own choice. */
const startMillis = 300_000;

/** How long after the end of its grace period a pod that is still there is called stuck: Seatrial's own choice. */
const stuckMillis = 60_000;

/** What `kubectl get pods` would show in its STATUS column, as far as it is trouble. */
function troubleOf(pod: Pod, now: number): string | undefined {
  const { phase, reason, containerStatuses, initContainerStatuses } = pod.status;
  if (pod.deletion) return now > pod.deletion.at + stuckMillis ? stuck : undefined;
  if (phase === "Succeeded") return undefined;
  // Failed pods of a Job are a part of how it works.
  if (phase === "Failed")
    return controllerOf(pod)?.kind === "Job" ? undefined : reason === "" ? "Failed" : reason;
  const waiting = [...initContainerStatuses, ...containerStatuses].find(
    ({ state }) => state.kind === "waiting" && state.reason !== "" && state.reason !== "PodInitializing",
  );
  if (phase === "Pending" && pod.nodeName === "") return unscheduled;
  const isStarting = pod.createdAt !== undefined && now - pod.createdAt < startMillis;
  if (waiting)
    return isStarting && waiting.state.reason === "ContainerCreating" ? undefined : waiting.state.reason;
  if (isStarting) return undefined;
  if (phase === "Pending" || phase === "Unknown") return phase;
  return isReady(pod) ? undefined : notReady;
}

function finding(
  subject: string,
  pods: readonly Pod[],
  states: ReadonlyMap<Pod, string>,
  all: number,
  now: number,
): FindingDraft {
  const byState = groupBy(pods, (pod) => states.get(pod)!);
  const counts = [...byState].map(([state, members], at) =>
    at === 0 ? `${counted(members.length, "pod")} ${state}` : `${members.length} ${state}`,
  );
  const isOver = pods.every((pod) => pod.status.phase === "Failed");
  return {
    subject,
    ...(isOver ? { severity: "info" as const } : {}),
    weight: isOver ? 5 : 90 + pods.length,
    message: `${listed(counts)}${all > pods.length ? `, of ${all}` : ""}${isOver ? `: a drain deletes ${verb(pods.length, "it and its", "them and their")} logs` : ""}`,
    details: [
      `${listed(pods.map(keyOf))}.`,
      ...[...byState.values()].flatMap(([first]) => whyOf(first!, now)),
    ],
    data: {
      workloads: [subject],
      pods: pods.map(keyOf),
      states: Object.fromEntries([...byState].map(([state, members]) => [state, members.length])),
    },
  };
}

/** What Kubernetes says about the first of them. */
function whyOf(pod: Pod, now: number): string[] {
  if (pod.deletion) {
    const late = humanDuration(Math.max(0, now - pod.deletion.at));
    const held = pod.finalizers.length > 0 ? `, held by finalizer ${listed(pod.finalizers)}` : "";
    return [`${keyOf(pod)} should have ended ${late} ago${held}.`];
  }
  const scheduled = podCondition(pod, "PodScheduled");
  if (pod.nodeName === "" && scheduled && scheduled.message !== "")
    return [`The scheduler says: ${firstReason(scheduled.message)}.`];
  const restarts = Math.max(0, ...pod.status.containerStatuses.map(({ restartCount }) => restartCount));
  if (restarts > 0) return [`${keyOf(pod)} has been restarted ${counted(restarts, "time")}.`];
  return pod.status.message === "" ? [] : [pod.status.message];
}
