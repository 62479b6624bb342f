import type { Affinity } from "./affinity.ts";
import type { ObjectMeta } from "./meta.ts";
import type { CommandLine } from "./command-line.ts";
import type { LabelSelector } from "./selector.ts";
import type { Toleration } from "./taint.ts";
import type { VolumeClaimSpec } from "./volume.ts";

/** Amounts by resource name: `cpu` in millicores, `memory` and storage in bytes, everything else in whole units. */
export type Resources = Readonly<Record<string, number>>;

export interface Probe {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** It runs a command in the container. */
  readonly isExec?: true;
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** `0.0.0.0` where none is given. */
  readonly ip: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** Only what is set: a missing entry and an explicit 0 are different things to the scheduler's scores. */
  readonly requests: Resources;
  readonly limits: Resources;
  readonly hostPorts: readonly HostPort[];
  /** An init container with restart policy Always: it runs beside the main containers. */
  readonly isSidecar: boolean;
  readonly imagePullPolicy: string;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  /** A preStop hook; its seconds where it is a plain sleep. */
  readonly preStop?: { readonly sleepSeconds?: number };
  /** Where it runs a component of the control plane, and the input shows how. */
  readonly commandLine?: CommandLine;
  /** It has a seccomp profile of its own. */
  readonly hasSeccompProfile?: true;
}

export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy: "Honor" | "Ignore";
  readonly nodeTaintsPolicy: "Honor" | "Ignore";
  readonly matchLabelKeys: readonly string[];
}

/** What a pod mounts, as far as it bears on where it can run and what it loses when it moves. */
export type PodVolume =
  | { readonly type: "emptyDir"; readonly name: string; readonly medium: string }
  | { readonly type: "hostPath"; readonly name: string; readonly path: string; readonly pathType: string }
  | {
      readonly type: "persistentVolumeClaim";
      readonly name: string;
      readonly claimName: string;
      readonly readOnly: boolean;
    }
  | { readonly type: "ephemeral"; readonly name: string; readonly claim: VolumeClaimSpec }
  | { readonly type: "image"; readonly name: string; readonly reference: string }
  | { readonly type: "csi"; readonly name: string; readonly driver: string }
  | {
      readonly type: "gcePersistentDisk";
      readonly name: string;
      readonly id: string;
      readonly readOnly: boolean;
    }
  | {
      readonly type: "awsElasticBlockStore";
      readonly name: string;
      readonly id: string;
      readonly readOnly: boolean;
    }
  | { readonly type: "azureDisk"; readonly name: string; readonly id: string; readonly readOnly: boolean }
  | { readonly type: "cinder"; readonly name: string; readonly id: string; readonly readOnly: boolean }
  | { readonly type: "iscsi"; readonly name: string; readonly id: string; readonly readOnly: boolean }
  | {
      readonly type: "rbd";
      readonly name: string;
      readonly monitors: readonly string[];
      readonly pool: string;
      readonly id: string;
      readonly readOnly: boolean;
    }
  | { readonly type: "other"; readonly name: string; readonly source: string };

export type PreemptionPolicy = "PreemptLowerPriority" | "Never";

/**
 * The part of a pod that it shares with its siblings. Pods of one template share one object, so that
 * a scheduling class can be known by identity.
 */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly overhead: Resources;
  /** Pod-level requests (`spec.resources.requests`), where given. */
  readonly podRequests?: Resources;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly affinity: Affinity;
  readonly tolerations: readonly Toleration[];
  readonly topologySpreadConstraints: readonly TopologySpreadConstraint[];
  readonly schedulingGates: readonly string[];
  readonly volumes: readonly PodVolume[];
  readonly schedulerName: string;
  readonly priorityClassName: string;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly terminationGracePeriodSeconds: number;
  readonly hostNetwork: boolean;
  readonly readinessGates: readonly string[];
  readonly runtimeClassName: string;
  /** The whole pod has a seccomp profile. */
  readonly hasSeccompProfile?: true;
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

export interface PodCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** Epoch milliseconds of the last transition, where given. */
  readonly since?: number;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  /** `waiting`, `running` or `terminated`, with the reason that the kubelet gives. */
  readonly state: {
    readonly kind: "waiting" | "running" | "terminated" | "unknown";
    readonly reason: string;
  };
  readonly startedAt?: number;
  /** How it ended the last time, where it was restarted. */
  readonly lastTermination?: {
    readonly reason: string;
    readonly exitCode: number;
    readonly finishedAt?: number;
  };
  /** What the runtime has applied and the kubelet has allocated (in-place resize). */
  readonly actuatedRequests?: Resources;
  readonly allocatedResources?: Resources;
}

export interface PodStatus {
  readonly phase: PodPhase;
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly PodCondition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly initContainerStatuses: readonly ContainerStatus[];
  /** Pod-level requests that the runtime has applied, and what the kubelet has allocated (in-place resize). */
  readonly actuatedRequests?: Resources;
  readonly allocatedResources?: Resources;
  readonly nominatedNodeName: string;
  /** When the kubelet accepted it (epoch milliseconds). */
  readonly startedAt?: number;
  readonly hasIP: boolean;
}

export interface Pod extends ObjectMeta {
  readonly kind: "Pod";
  readonly spec: PodSpec;
  /** Empty while it is not bound. */
  readonly nodeName: string;
  /** The value that admission gave it; a PriorityClass that changes later does not. */
  readonly priority: number;
  readonly preemptionPolicy: PreemptionPolicy;
  readonly status: PodStatus;
}

/** What a workload makes pods from. */
export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  // Asked more often than anything else: a plain loop, no search with a function and no iterator.
  const { conditions } = pod.status;
  for (let index = 0; index < conditions.length; index++)
    if (conditions[index]!.type === type) return conditions[index];
  return undefined;
}

/** Whether its Ready condition is True. Source: pkg/api/v1/pod, IsPodReady. */
export function isReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Whether it has run to its end, well or badly. */
export function isFinished(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

/** The annotation by which the API server knows the mirror of a static pod. */
export const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Whether it mirrors a static pod: its kubelet owns it, and deleting the mirror stops nothing. */
export function isMirror(pod: Pod): boolean {
  return Object.hasOwn(pod.annotations, mirrorAnnotation);
}
