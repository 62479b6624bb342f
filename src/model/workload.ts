import type { Labels, ObjectMeta } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import type { LabelSelector } from "./selector.ts";
import type { VolumeClaimSpec } from "./volume.ts";

/** An integer or a percentage (`25%`), as many workload fields take. */
export type IntOrPercent = number | string;

/** The number that `value` means for `total`; a percentage is rounded as the field says. */
export function resolveIntOrPercent(value: IntOrPercent, total: number, rounding: "up" | "down"): number {
  if (typeof value === "number") return value;
  const share = (parseInt(value, 10) * total) / 100;
  return rounding === "up" ? Math.ceil(share) : Math.floor(share);
}

/** What a workload's own status says of its pods; undefined where the input has no status (manifests). */
export interface Observed {
  /** The pods that its controller had counted. */
  readonly pods: number;
  /** The pods that it wanted then. */
  readonly wanted: number;
}

/** A Deployment's Progressing condition, as its status has it. */
export interface Progress {
  /** Status and reason: `True NewReplicaSetAvailable`, `False ProgressDeadlineExceeded`. */
  readonly condition: string;
  /** Epoch milliseconds of its last update: progressDeadlineSeconds count from here. */
  readonly since?: number;
}

export interface Deployment extends ObjectMeta {
  readonly kind: "Deployment";
  readonly observed?: Observed;
  /** Undefined where the input has no such condition. */
  readonly progress?: Progress;
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly strategy: {
    readonly type: "RollingUpdate" | "Recreate";
    readonly maxSurge: IntOrPercent;
    readonly maxUnavailable: IntOrPercent;
  };
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly paused: boolean;
}

export interface ReplicaSet extends ObjectMeta {
  readonly kind: "ReplicaSet";
  readonly observed?: Observed;
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds: number;
}

export interface ReplicationController extends ObjectMeta {
  readonly kind: "ReplicationController";
  readonly observed?: Observed;
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds: number;
}

export interface StatefulSet extends ObjectMeta {
  readonly kind: "StatefulSet";
  readonly observed?: Observed;
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly podManagementPolicy: "OrderedReady" | "Parallel";
  readonly updateStrategy: {
    readonly type: "RollingUpdate" | "OnDelete";
    readonly partition: number;
    readonly maxUnavailable: IntOrPercent;
  };
  readonly minReadySeconds: number;
  readonly serviceName: string;
  /** The first ordinal (`spec.ordinals.start`). */
  readonly firstOrdinal: number;
  readonly claimTemplates: readonly {
    readonly name: string;
    readonly labels: Labels;
    readonly claim: VolumeClaimSpec;
  }[];
  readonly currentRevision: string;
  readonly updateRevision: string;
}

export interface DaemonSet extends ObjectMeta {
  readonly kind: "DaemonSet";
  readonly observed?: Observed;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly updateStrategy: {
    readonly type: "RollingUpdate" | "OnDelete";
    readonly maxUnavailable: IntOrPercent;
    readonly maxSurge: IntOrPercent;
  };
  readonly minReadySeconds: number;
}

/** One rule of a Job's podFailurePolicy, as far as a drain can meet it. */
export interface PodFailureRule {
  readonly action: "FailJob" | "Ignore" | "Count" | "FailIndex";
  /** Pod conditions that make the rule apply (`DisruptionTarget`). */
  readonly onPodConditions: readonly { readonly type: string; readonly status: string }[];
  readonly onExitCodes: boolean;
}

export interface Job extends ObjectMeta {
  readonly kind: "Job";
  readonly observed?: Observed;
  readonly parallelism: number;
  /** Undefined: any one success ends it (a work queue). */
  readonly completions?: number;
  readonly completionMode: "NonIndexed" | "Indexed";
  readonly backoffLimit: number;
  readonly suspend: boolean;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly podFailureRules: readonly PodFailureRule[];
  readonly podReplacementPolicy: "TerminatingOrFailed" | "Failed";
  readonly activeDeadlineSeconds?: number;
  readonly succeeded: number;
  readonly failed: number;
  /** `Complete` or `Failed` once it is over, else empty. */
  readonly finished: "" | "Complete" | "Failed";
}

export interface CronJob extends ObjectMeta {
  readonly kind: "CronJob";
  readonly schedule: string;
  readonly suspend: boolean;
  /** What the pods of its Jobs are made from. */
  readonly template: PodTemplate;
}

/** What keeps a number of pods running. */
export type Workload = Deployment | ReplicaSet | ReplicationController | StatefulSet | DaemonSet | Job;

/** A workload with a replica count: what `kubectl scale` and a budget's expected count know. */
export type Scalable = Deployment | ReplicaSet | ReplicationController | StatefulSet;

export const workloadKinds = [
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
] as const;
