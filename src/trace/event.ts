import type { Node } from "../model/node.ts";
import type { Resources } from "../model/pod.ts";
import type { ReactionEvent } from "./reaction-event.ts";
import type { Taint } from "../model/taint.ts";
import type { UpgradeEvent } from "./upgrade-event.ts";

/**
 * What happened in a rehearsal, or on a real cluster: one plain record an event, in order. An event's number is
 * its index in the log. Everything a person is shown is computed from these.
 */

export interface EventBase {
  /** Milliseconds since t = 0. */
  readonly time: number;
  /** The number of the event that triggered it; -1 for the first. */
  readonly cause: number;
  /** For a refusal: the last event that set each condition that failed. */
  readonly holds?: readonly number[];
}

/** Names a pod for the whole run: its UID. A pod of the same name that follows has another. */
export type PodId = string;

/** Who took a pod away. */
export type Remover =
  | "eviction"
  | "delete"
  | "preemption"
  | "taint"
  | "scale-down"
  | "rollout"
  | "job"
  | "daemonset"
  | "statefulset"
  | "garbage-collector"
  | "pod-gc"
  | "namespace"
  | "restore"
  | "node";

export type BudgetNumbers = {
  readonly healthy: number;
  readonly desired: number;
  readonly allowed: number;
  readonly expected: number;
};

/** How a step ended. `skipped` was never started. */
export type StepOutcome = "done" | "failed" | "skipped" | "aborted";

export type EventBody =
  | { readonly kind: "run.started" }
  | {
      /** `blocked`: nothing is left that could change anything. `horizon`: the end of virtual time. */
      readonly kind: "run.ended";
      readonly outcome: "finished" | "blocked" | "horizon";
    }
  | { readonly kind: "step.started"; readonly step: string; readonly what: string; readonly node: string }
  | {
      readonly kind: "step.ended";
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly reason: string;
    }
  /** A line of a client's output, as data; its wording is the client's (src/kubectl). */
  | { readonly kind: "client.note"; readonly step: string; readonly note: Note }
  | {
      readonly kind: "eviction.allowed";
      readonly pod: PodId;
      readonly budget: string;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: "eviction.refused";
      readonly pod: PodId;
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      readonly detail: string;
      /** The budgets that matched; the numbers are those of the first. */
      readonly budgets: readonly string[];
      readonly numbers?: BudgetNumbers;
    }
  | {
      readonly kind: "create.denied";
      readonly workload: string;
      readonly message: string;
      /** The webhook that nobody answered: `ValidatingWebhookConfiguration/guard/guard.example.com`. */
      readonly webhook?: string;
    }
  | {
      readonly kind: "pod.created";
      readonly pod: PodId;
      readonly namespace: string;
      readonly name: string;
      /** `shop/Deployment/web`; empty for a pod without a controller. */
      readonly workload: string;
      readonly revision: string;
    }
  | { readonly kind: "pod.scheduled"; readonly pod: PodId; readonly node: string }
  | { readonly kind: "pod.unschedulable"; readonly pod: PodId; readonly message: string }
  | {
      readonly kind: "pod.nominated";
      readonly pod: PodId;
      readonly node: string;
      readonly victims: readonly PodId[];
    }
  | { readonly kind: "pod.running"; readonly pod: PodId }
  | { readonly kind: "pod.ready"; readonly pod: PodId }
  | { readonly kind: "pod.unready"; readonly pod: PodId; readonly reason: string }
  | {
      readonly kind: "pod.terminating";
      readonly pod: PodId;
      readonly graceSeconds: number;
      readonly by: Remover;
    }
  /** It was told to go once more; nothing changes. */
  | { readonly kind: "pod.deleteRepeated"; readonly pod: PodId; readonly by: Remover }
  | { readonly kind: "pod.finished"; readonly pod: PodId; readonly phase: "Succeeded" | "Failed" }
  | { readonly kind: "pod.gone"; readonly pod: PodId; readonly by: Remover }
  | { readonly kind: "node.cordoned"; readonly node: string }
  | { readonly kind: "node.uncordoned"; readonly node: string }
  | { readonly kind: "node.tainted"; readonly node: string; readonly taint: Taint }
  | { readonly kind: "node.untainted"; readonly node: string; readonly taint: Taint }
  | {
      readonly kind: "node.labelled";
      readonly node: string;
      readonly key: string;
      readonly value: string | null;
    }
  | { readonly kind: "node.down"; readonly node: string; readonly reason: string }
  | { readonly kind: "node.up"; readonly node: string }
  | { readonly kind: "node.ready"; readonly node: string; readonly status: "True" | "False" | "Unknown" }
  /** A new machine starts that is to be like another node, perhaps in the place of one. */
  | {
      readonly kind: "node.joining";
      readonly node: string;
      readonly like: string;
      /** The node in whose place it comes; empty where there is none. */
      readonly replaces: string;
    }
  /** Its kubelet has registered: the Node object is there, not Ready yet. */
  | { readonly kind: "node.added"; readonly node: string; readonly object: Node }
  /** What pods may ask of it changed: a device plugin has registered, say. */
  | { readonly kind: "node.resized"; readonly node: string; readonly allocatable: Resources }
  /** It is Ready, no startup taint is left, and its drivers and devices are registered. */
  | { readonly kind: "node.usable"; readonly node: string }
  /** Its machine ended before it was usable. */
  | { readonly kind: "node.failed"; readonly node: string; readonly reason: string }
  | { readonly kind: "node.removed"; readonly node: string }
  | ({ readonly kind: "budget.changed"; readonly budget: string } & BudgetNumbers)
  | {
      readonly kind: "service.changed";
      readonly service: string;
      readonly ready: number;
      readonly serving: number;
    }
  | {
      readonly kind: "workload.scaled";
      readonly workload: string;
      readonly replicas: number;
      readonly by: string;
    }
  | {
      readonly kind: "workload.changed";
      readonly workload: string;
      readonly status: Readonly<Record<string, number | string>>;
    }
  | { readonly kind: "object.created"; readonly object: string }
  | { readonly kind: "object.patched"; readonly object: string; readonly what: string }
  | { readonly kind: "object.deleted"; readonly object: string }
  | { readonly kind: "claim.bound"; readonly claim: string; readonly volume: string }
  | UpgradeEvent
  | ReactionEvent
  | { readonly kind: "volume.attached"; readonly pod: PodId; readonly millis: number };

export type TraceEvent = EventBase & EventBody;
export type EventKind = EventBody["kind"];
export type EventOf<K extends EventKind> = Extract<TraceEvent, { readonly kind: K }>;

/** Names a pod in a client's output. */
export interface NotePod {
  readonly namespace: string;
  readonly name: string;
}

/** What a client has to say, before it is put into words. Source of the cases: facts/drain.json. */
export type Note =
  | {
      readonly kind: "cordoned";
      readonly node: string;
      readonly already: boolean;
      readonly dryRun: DryRun;
      /** The taint that closed it, `key:Effect`, where that is not a cordon. */
      readonly taint?: string;
    }
  | { readonly kind: "uncordoned"; readonly node: string; readonly already: boolean }
  | { readonly kind: "warning"; readonly groups: readonly PodGroup[] }
  | { readonly kind: "evicting"; readonly pod: NotePod; readonly dryRun: DryRun }
  | {
      readonly kind: "evictionRetry";
      readonly pod: NotePod;
      readonly message: string;
      readonly terminating: boolean;
      /** Until the next attempt, where that is not kubectl's 5 s. Milliseconds. */
      readonly retryMillis?: number;
    }
  /** A pod that is waited for and not evicted; `mark` is the label or annotation that says so. */
  | { readonly kind: "held"; readonly pod: NotePod; readonly mark: string }
  /** A drainer's patience with these pods is over: they are deleted past every budget, or go with their machine. */
  | {
      readonly kind: "forced";
      readonly node: string;
      readonly pods: readonly NotePod[];
      readonly fate: "deleted" | "left";
      /** How long it was patient. */
      readonly millis: number;
    }
  | {
      readonly kind: "evicted";
      readonly pod: NotePod;
      readonly deleted: boolean;
      readonly dryRun: DryRun;
      /** It was let go, and then nobody answered who could tell whether it went. */
      readonly failed?: true;
    }
  | { readonly kind: "skipped"; readonly pod: NotePod; readonly seconds: number }
  | { readonly kind: "drained"; readonly node: string; readonly dryRun: DryRun }
  | {
      readonly kind: "nodeFailed";
      readonly node: string;
      readonly problem: DrainProblem;
      readonly pending: readonly NotePod[];
    }
  | {
      readonly kind: "pendingNodes";
      readonly failed: readonly { readonly node: string; readonly problem: DrainProblem }[];
    }
  | { readonly kind: "nodeNotFound"; readonly node: string }
  /** Nothing may be begun now; `until` is the next moment at which it may, in epoch milliseconds, `at` as clocks there show it. */
  | { readonly kind: "windowAwaited"; readonly node: string; readonly until: number; readonly at: string }
  | { readonly kind: "rollout"; readonly state: RolloutNote }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "objectNotFound"; readonly object: string; readonly name: string }
  /** Something was done to an object: `scaled`, `patched`, `deleted`. */
  | { readonly kind: "object"; readonly object: string; readonly done: string }
  /** Output of another command, in its own words. */
  | { readonly kind: "line"; readonly stream: "stdout" | "stderr"; readonly text: string };

export type DryRun = "none" | "client" | "server";

/** Pods for which a drain has one and the same thing to say. */
export interface PodGroup {
  readonly message: string;
  readonly pods: readonly NotePod[];
}

/** Why a node could not be drained. */
export type DrainProblem =
  | { readonly kind: "refused"; readonly groups: readonly PodGroup[] }
  | { readonly kind: "failed"; readonly failures: readonly DrainFailure[] };

export type DrainFailure =
  | { readonly kind: "evict"; readonly pod: NotePod; readonly message: string }
  | { readonly kind: "timeout"; readonly pod: NotePod; readonly millis: number }
  | { readonly kind: "wait"; readonly pod: NotePod }
  | { readonly kind: "waitMany"; readonly millis: number }
  /** Nobody answered any more while it was waited for. */
  | { readonly kind: "lost"; readonly pod: NotePod; readonly message: string }
  /** A request about no single pod failed. */
  | { readonly kind: "request"; readonly message: string }
  | { readonly kind: "delete"; readonly pod: NotePod; readonly message: string };

/** The state of a rollout, as `kubectl rollout status` sees it. */
export interface RolloutNote {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly name: string;
  /** Whether the controller has seen the newest spec. */
  readonly isObserved: boolean;
  /** Whether its strategy is one whose progress can be followed. */
  readonly isRolling: boolean;
  /** Whether the progress deadline was exceeded. */
  readonly isStuck: boolean;
  /** Wanted pods. */
  readonly replicas: number;
  /** Pods that are there. */
  readonly total: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly partition: number;
}
