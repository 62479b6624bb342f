import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Labels } from "../../model/meta.ts";
import type { HostPort, Pod, PodSpec, PodVolume } from "../../model/pod.ts";
import type { Toleration } from "../../model/taint.ts";
import { type AffinityTerms, affinityTerms } from "./affinity-terms.ts";
import {
  type Amounts,
  hasResizedStatus,
  podResource,
  type PodResource,
  requestsToFit,
} from "./pod-requests.ts";

/** Pods of one namespace with the same labels: selectors cannot tell them apart. */
export interface LabelSet {
  /** The same text for the same namespace and labels. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/** What follows from a pod's spec alone. Computed once for all pods that share it. */
export interface SpecInfo {
  readonly spec: PodSpec;
  /** The requests that Filter compares with what a node has left. */
  readonly requests: Amounts;
  /** What such a pod takes of its node while its status says nothing else. */
  readonly resource: PodResource;
  readonly hostPorts: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  /** The volumes that bear on the choice of a node: claims, and disks that only one pod may write to. */
  readonly volumes: readonly PodVolume[];
  /** Its pod affinity by namespace. */
  readonly terms: Map<string, AffinityTerms>;
}

/** A pod with what the scheduler derives from it. Source: pkg/scheduler/framework/types.go, PodInfo. */
export interface PodInfo {
  readonly pod: Pod;
  readonly spec: SpecInfo;
  readonly labelSet: LabelSet;
  readonly terms: AffinityTerms;
  readonly resource: PodResource;
}

const specInfos = new WeakMap<SchedulerBehaviour, WeakMap<PodSpec, SpecInfo>>();

/** What follows from this spec under one minor's rules; the same object for the same spec object. */
export function specInfo(spec: PodSpec, behaviour: SchedulerBehaviour): SpecInfo {
  let known = specInfos.get(behaviour);
  if (!known) specInfos.set(behaviour, (known = new WeakMap()));
  let info = known.get(spec);
  if (!info) known.set(spec, (info = computeSpecInfo(spec, behaviour)));
  return info;
}

function computeSpecInfo(spec: PodSpec, behaviour: SchedulerBehaviour): SpecInfo {
  const running = [...spec.initContainers.filter(({ isSidecar }) => isSidecar), ...spec.containers];
  return {
    spec,
    requests: requestsToFit(spec, behaviour),
    resource: podResource(spec, undefined, behaviour),
    hostPorts: running.flatMap(({ hostPorts }) => hostPorts),
    tolerations: behaviour.tolerationComparison
      ? spec.tolerations
      : spec.tolerations.filter(({ operator }) => operator === "Equal" || operator === "Exists"),
    volumes: spec.volumes.filter(({ type }) => boundVolumeTypes.has(type)),
    terms: new Map(),
  };
}

const boundVolumeTypes: ReadonlySet<PodVolume["type"]> = new Set([
  "persistentVolumeClaim",
  "ephemeral",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "iscsi",
  "rbd",
]);

/** The scheduler's view of a pod; `labelSet` is what its labels were interned as. */
export function podInfo(pod: Pod, labelSet: LabelSet, behaviour: SchedulerBehaviour): PodInfo {
  const spec = specInfo(pod.spec, behaviour);
  let terms = spec.terms.get(pod.namespace);
  if (!terms) spec.terms.set(pod.namespace, (terms = affinityTerms(pod.spec.affinity, pod.namespace)));
  const isResized = behaviour.inPlaceResize && hasResizedStatus(pod.status);
  const resource = isResized ? podResource(pod.spec, pod.status, behaviour) : spec.resource;
  return { pod, spec, labelSet, terms, resource };
}

/** The claim behind a volume of a pod: its own name, or the name that an ephemeral volume's claim gets. */
export function claimName(pod: Pod, volume: PodVolume): string | undefined {
  if (volume.type === "persistentVolumeClaim") return volume.claimName;
  return volume.type === "ephemeral" ? `${pod.name}-${volume.name}` : undefined;
}
