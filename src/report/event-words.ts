import { because, nodeWords } from "./node-event-words.ts";
import { unreachable } from "../lib/assert.ts";
import { humanDuration } from "../lib/duration.ts";
import { parseRef } from "../model/meta.ts";
import type { EventOf, PodId, Remover, StepOutcome, TraceEvent } from "../trace/event.ts";
import type { Trace } from "../trace/trace.ts";
import { plain } from "./escape.ts";
import { noteWords } from "./note-words.ts";
import { isReaction, reactionWords } from "./reaction-words.ts";
import { isUpgradeEvent, upgradeWords } from "./upgrade-words.ts";
import { counted, listed } from "../lib/counted.ts";

/** What events call pods and steps, looked up in their trace. */
export interface EventNames {
  /** `shop/web-6d9-x2k4q`. */
  readonly pod: (id: PodId) => string;
  /** `drain node-7`. */
  readonly step: (path: string) => string;
  /** Who drains: `kubectl`, `eks`. */
  readonly client: string;
}

/** The names of everything that a trace's events are about. */
export function namesIn(trace: Trace): EventNames {
  const pods = new Map<PodId, string>();
  const steps = new Map<string, string>();
  for (const { uid, namespace, name } of trace.header.cluster.objects.Pod)
    pods.set(uid, `${namespace}/${name}`);
  for (const event of trace.events) {
    if (event.kind === "pod.created") pods.set(event.pod, `${event.namespace}/${event.name}`);
    if (event.kind === "step.started") steps.set(event.step, stepName(event));
  }
  return {
    pod: (id) => pods.get(id) ?? id,
    step: (path) => steps.get(path) ?? path,
    client: trace.header.plan.drainer,
  };
}

/** `drain node-7` or `upgrade kubelet to v1.35.2 on node-7`, also where the step itself only says `drain` because its rollout chooses the node. */
export function stepName({ what, node }: EventOf<"step.started">): string {
  if (node === "" || what.split(" ").includes(node)) return what;
  return `${what}${what.startsWith("upgrade ") ? " on" : ""} ${node}`;
}

/** An event as one plain line that a person understands. Names from the cluster cannot control a terminal. */
export function eventWords(event: TraceEvent, names: EventNames): string {
  return plain(words(event, names));
}

function words(event: TraceEvent, names: EventNames): string {
  switch (event.kind) {
    case "run.started":
      return "the rehearsal begins";
    case "run.ended":
      return runEnds[event.outcome];
    case "step.started":
      return `step: ${stepName(event)}`;
    case "step.ended":
      return `step ${stepEnds[event.outcome]}: ${names.step(event.step)}${because(event.reason)}`;
    case "client.note":
      return noteWords(event.note, names.client);
    case "eviction.allowed":
      return allowedWords(event, names);
    case "eviction.refused":
      return refusedWords(event, names);
    case "create.denied":
      return `${event.workload} may not create a pod: ${event.message}`;
    case "pod.created":
    case "pod.scheduled":
    case "pod.unschedulable":
    case "pod.nominated":
    case "pod.running":
    case "pod.ready":
    case "pod.unready":
    case "pod.terminating":
    case "pod.deleteRepeated":
    case "pod.finished":
    case "pod.gone":
    case "volume.attached":
      return podWords(event, names);
    case "node.cordoned":
    case "node.uncordoned":
    case "node.tainted":
    case "node.untainted":
    case "node.labelled":
    case "node.down":
    case "node.up":
    case "node.ready":
    case "node.joining":
    case "node.added":
    case "node.resized":
    case "node.usable":
    case "node.failed":
    case "node.removed":
      return nodeWords(event);
    default:
      if (isReaction(event)) return reactionWords(event);
      return isUpgradeEvent(event) ? upgradeWords(event) : objectWords(event);
  }
}

const runEnds: Readonly<Record<EventOf<"run.ended">["outcome"], string>> = {
  finished: "the rehearsal ends: everything has come to rest",
  blocked: "the rehearsal ends: nothing is left that could change anything",
  horizon: "the rehearsal ends: the end of virtual time is reached",
};

const stepEnds: Readonly<Record<StepOutcome, string>> = {
  done: "done",
  failed: "failed",
  skipped: "skipped",
  aborted: "aborted",
};

function allowedWords(event: EventOf<"eviction.allowed">, names: EventNames): string {
  const by = event.budget === "" ? "no budget counts it" : `budget ${event.budget} spares it`;
  return `${names.pod(event.pod)} may go: ${by}${event.dryRun ? " (dry run)" : ""}`;
}

function refusedWords(event: EventOf<"eviction.refused">, names: EventNames): string {
  const { numbers, budgets } = event;
  const pod = names.pod(event.pod);
  if (event.code === 500 && budgets.length > 1)
    return `${pod} refused: ${budgets.length} budgets count it (${listed(budgets, 3)}), the API allows one`;
  if (!numbers) return `${pod} refused: ${event.message}`;
  if (numbers.allowed > 0) return `${pod} refused: ${event.detail === "" ? event.message : event.detail}`;
  if (numbers.expected === 0)
    return `${pod} refused: budget ${budgets[0] ?? ""} finds no controller to count its pods by`;
  return `${pod} refused: ${numbers.healthy} healthy - ${numbers.desired} needed = 0 allowed`;
}

const removers: Readonly<Record<Remover, string>> = {
  eviction: "is evicted",
  delete: "is deleted",
  preemption: "is preempted",
  taint: "is deleted for its node's taint",
  "scale-down": "is scaled away",
  rollout: "is replaced by its rollout",
  job: "is stopped by its Job",
  daemonset: "is taken away by its DaemonSet",
  statefulset: "is taken away by its StatefulSet",
  "garbage-collector": "goes with its owner",
  restore: "is not in the restored etcd",
  "pod-gc": "is cleared away",
  namespace: "goes with its namespace",
  node: "is ended by its node",
};

type PodEvent = Extract<TraceEvent, { readonly kind: `pod.${string}` | "volume.attached" }>;

function podWords(event: PodEvent, names: EventNames): string {
  const pod = names.pod(event.pod);
  switch (event.kind) {
    case "pod.created":
      return event.workload === ""
        ? `${pod} is created`
        : `${pod} is created for ${workloadWords(event.workload)}`;
    case "pod.scheduled":
      return `${pod} goes to ${event.node}`;
    case "pod.unschedulable":
      return `${pod} is Pending: ${event.message === "" ? "no node takes it" : event.message}`;
    case "pod.nominated":
      return `${pod} is to get ${event.node}, once ${counted(event.victims.length, "pod")} of lower priority left`;
    case "pod.running":
      return `${pod} has started`;
    case "pod.ready":
      return `${pod} is Ready`;
    case "pod.unready":
      return `${pod} is not Ready any more${because(event.reason)}`;
    case "pod.terminating":
      return `${pod} ${removers[event.by]}, and has ${humanDuration(event.graceSeconds * 1_000)} to stop`;
    case "pod.deleteRepeated":
      return `${pod} is told to go once more, and is going`;
    case "pod.finished":
      return event.phase === "Succeeded" ? `${pod} has finished` : `${pod} has stopped`;
    case "pod.gone":
      return `${pod} is gone`;
    case "volume.attached":
      return `${pod} has its volume after ${humanDuration(event.millis)}`;
    default:
      return unreachable(event);
  }
}

function workloadWords(workload: string): string {
  const ref = parseRef(workload);
  if (!ref) return workload;
  return `${ref.kind} ${ref.namespace === "" ? "" : `${ref.namespace}/`}${ref.name}`;
}

type ObjectEvent = Extract<
  TraceEvent,
  {
    readonly kind:
      "budget.changed" | "service.changed" | `workload.${string}` | `object.${string}` | "claim.bound";
  }
>;

function objectWords(event: ObjectEvent): string {
  switch (event.kind) {
    case "budget.changed":
      return `budget ${event.budget}: ${event.healthy} healthy - ${event.desired} needed, ${event.allowed} allowed`;
    case "service.changed":
      return event.ready === 0
        ? `service ${event.service} has no Ready pod${servingWords(event.serving)}`
        : `service ${event.service} has ${counted(event.ready, "Ready pod")}`;
    case "workload.scaled":
      return `${workloadWords(event.workload)} is scaled to ${event.replicas}${event.by === "" ? "" : ` by ${event.by}`}`;
    case "workload.changed":
      return `${workloadWords(event.workload)}: ${statusWords(event.status)}`;
    case "object.created":
      return `${workloadWords(event.object)} is created`;
    case "object.patched":
      return `${workloadWords(event.object)} is changed${because(event.what)}`;
    case "object.deleted":
      return `${workloadWords(event.object)} is deleted`;
    case "claim.bound":
      return `claim ${event.claim} gets volume ${event.volume}`;
    default:
      return unreachable(event);
  }
}

/** Pods that are not Ready and are still asked, as a last resort. */
function servingWords(serving: number): string {
  if (serving === 0) return "";
  return serving === 1 ? ", 1 still serves while it stops" : `, ${serving} still serve while they stop`;
}

/** The numbers of a workload's status: `3 replicas, 2 ready`. */
function statusWords(status: Readonly<Record<string, number | string>>): string {
  const shown = ["replicas", "updated", "ready", "available"].filter(
    (key) => typeof status[key] === "number",
  );
  return shown.length === 0 ? "its status changes" : shown.map((key) => `${status[key]} ${key}`).join(", ");
}
