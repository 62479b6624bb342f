import type { Command } from "../../exec/protocol.ts";
import { isNodeReady } from "../../model/node.ts";
import { isReady } from "../../model/pod.ts";
import type { DaemonSet, Deployment, StatefulSet } from "../../model/workload.ts";
import type { GateCondition } from "../../plan/plan.ts";
import { outsideText } from "../../plan/outside.ts";
import type { RolloutNote } from "../../trace/event.ts";
import type { Task } from "../engine/task-queue.ts";
import { drawDuration } from "../nodes/durations.ts";
import { isControlPlaneHealthy, isEtcdHealthy } from "../nodes/control-plane.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { problem, type ActionOf } from "./reply.ts";
import { answer } from "./requests.ts";
import { find } from "./workload-requests.ts";

/** What clients wait for: conditions to hold, a rollout to end; that a pod is gone is a wait of another kind (gone-polls.ts). */

type Waiting = {
  readonly id: string;
  readonly cause: number;
} & (
  | {
      readonly kind: "conditions";
      readonly action: ActionOf<"await">;
      /** From when on each condition is taken to hold that the cluster does not tell; undefined: never. */
      readonly assumed: readonly (number | undefined)[];
      since: number | undefined;
    }
  | { readonly kind: "rollout"; readonly action: ActionOf<"watchRollout">; last: string }
);

interface Watches {
  readonly waiting: Map<string, Waiting>;
  isLookPlanned: boolean;
}

const watches = perSim((): Watches => ({ waiting: new Map(), isLookPlanned: false }));

/** Conditions are looked at again this long after a change, when the controllers have reacted to it. */
const settleMillis = 25;

const look = (sim: Sim, _event: unknown, number: number) => planLook(sim, number);

export const watchesRoom: Room = {
  name: "watches",
  on: {
    "pod.gone": look,
    "pod.created": look,
    "pod.running": look,
    "pod.ready": look,
    "pod.unready": look,
    "pod.terminating": look,
    "pod.finished": look,
    "node.ready": look,
    "node.added": look,
    "node.removed": look,
    "workload.scaled": look,
    "workload.changed": look,
    "object.patched": look,
    "component.down": look,
    "component.upgraded": look,
    "leader.lost": look,
    "leader.elected": look,
    "etcd.members": look,
    "api.down": (sim) => {
      for (const entry of watches(sim).waiting.values())
        if (entry.kind === "conditions") entry.since = undefined;
    },
    "api.up": look,
  },
  tasks: { "watches.look": lookAtAll, "watches.held": held },
};

/** Starts what the command waits for; its answer comes when that has happened. */
export function startWatch(sim: Sim, { id, action }: Command, cause: number): void {
  const { waiting } = watches(sim);
  if (action.kind === "await") {
    const assumed = action.until.map((condition) => assumedFrom(sim, condition, cause));
    waiting.set(id, { kind: "conditions", id, cause, action, assumed, since: undefined });
  } else if (action.kind === "watchRollout")
    waiting.set(id, { kind: "rollout", id, cause, action, last: "" });
  const entry = waiting.get(id);
  if (entry) lookAt(sim, entry, cause);
}

/** A rehearsal asks nobody: what the cluster does not tell holds when the plan assumes that it does. */
function assumedFrom(sim: Sim, condition: GateCondition, cause: number): number | undefined {
  if (condition.kind !== "command" && condition.kind !== "prometheus") return sim.now;
  const millis = drawDuration(sim, condition.assume, `gate ${outsideText(condition)}`);
  if (millis === undefined) return undefined;
  if (millis > 0) sim.after(millis, "watches.look", "", cause, { priority: priority.server });
  return sim.now + millis;
}

function planLook(sim: Sim, cause: number): void {
  const entry = watches(sim);
  if (entry.isLookPlanned || entry.waiting.size === 0) return;
  entry.isLookPlanned = true;
  sim.after(settleMillis, "watches.look", "", cause, { priority: priority.server });
}

function lookAtAll(sim: Sim, task: Task): void {
  const entry = watches(sim);
  entry.isLookPlanned = false;
  for (const waiting of Array.from(entry.waiting.values())) lookAt(sim, waiting, task.cause);
}

function lookAt(sim: Sim, waiting: Waiting, cause: number): void {
  if (waiting.kind === "rollout") return lookAtRollout(sim, waiting, cause);
  const { action, assumed } = waiting;
  const isTime = (at: number | undefined) => at !== undefined && at <= sim.now;
  if (!assumed.every(isTime) || !action.until.every((each) => holds(sim, each, action.node))) {
    waiting.since = undefined;
    return;
  }
  if (waiting.since !== undefined) return;
  waiting.since = sim.now;
  sim.after(action.forMillis, "watches.held", waiting.id, cause, {
    priority: priority.server,
    data: sim.now,
  });
}

/** The conditions have held for as long as was asked, if nothing broke them in between. */
function held(sim: Sim, task: Task): void {
  const { waiting } = watches(sim);
  const entry = waiting.get(task.subject);
  if (entry?.kind !== "conditions" || entry.since !== task.data) return;
  waiting.delete(task.subject);
  answer(sim, task.subject, { kind: "done", changed: true }, task.cause);
}

function holds(sim: Sim, condition: GateCondition, node: string): boolean {
  switch (condition.kind) {
    case "nodeReady": {
      const found = sim.state.node(node);
      return found !== undefined && isNodeReady(found) && sim.state.isNodeUp(node);
    }
    case "noPendingPods":
      return sim.state.newlyPending === 0;
    case "nodesAt":
      return [...sim.state.tables.Node.values()].every(
        ({ info }) => info.kubeletVersion === condition.version,
      );
    case "controlPlaneHealthy":
      return isControlPlaneHealthy(sim);
    case "etcdHealthy":
      return isEtcdHealthy(sim);
    case "workloadReady": {
      const object = find(sim, condition.workload);
      return object !== undefined && isWorkloadReady(sim, object);
    }
    case "command":
    case "prometheus":
      return true;
  }
}

/** All wanted pods are there, of the newest template, and Ready. */
function isWorkloadReady(sim: Sim, object: { readonly kind: string; readonly uid: string }): boolean {
  const state = rolloutState(sim, object as Deployment);
  if (state)
    return state.updated >= state.replicas && state.ready >= state.replicas && state.total === state.updated;
  const replicas = (object as { readonly replicas?: number }).replicas ?? 0;
  return sim.state.podsOwnedBy(object.uid).filter((pod) => isReady(pod) && !pod.deletion).length >= replicas;
}

function lookAtRollout(sim: Sim, waiting: Waiting & { readonly kind: "rollout" }, cause: number): void {
  const object = find(sim, waiting.action.workload);
  const state = object && rolloutState(sim, object as Deployment);
  if (!state) {
    watches(sim).waiting.delete(waiting.id);
    return answer(sim, waiting.id, problem(`no rollout of ${waiting.action.workload}`).fact, cause);
  }
  const text = JSON.stringify(state);
  if (text === waiting.last) return;
  waiting.last = text;
  answer(sim, waiting.id, { kind: "rollout", state }, cause);
}

/** What `kubectl rollout status` would read from the object's status. */
function rolloutState(sim: Sim, object: Deployment | StatefulSet | DaemonSet): RolloutNote | undefined {
  const status = sim.state.workloadStatus.get(object.uid);
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(object.kind)) return undefined;
  const count = (field: string) => Number(status?.[field] ?? 0);
  const replicas = object.kind === "DaemonSet" ? count("desired") : object.replicas;
  return {
    kind: object.kind,
    name: object.name,
    isObserved: status !== undefined && count("generation") >= (object.generation ?? 0),
    isRolling: object.kind === "Deployment" || object.updateStrategy.type === "RollingUpdate",
    isStuck: status?.["progressing"] === "False ProgressDeadlineExceeded",
    replicas,
    total: object.kind === "DaemonSet" ? count("current") : count("replicas"),
    updated: count("updated"),
    ready: count("ready"),
    available: count("available"),
    partition: object.kind === "StatefulSet" ? object.updateStrategy.partition : 0,
  };
}
