import type { Certificate } from "./certificate.ts";
import type { PodDisruptionBudget } from "./budget.ts";
import type { ClusterApiObjects } from "./cluster-api.ts";
import type { ClusterConfiguration } from "./configuration.ts";
import type { CustomResourceDefinition } from "./custom-resource.ts";
import type { ObjectMeta } from "./meta.ts";
import type { Node } from "./node.ts";
import type { Pod } from "./pod.ts";
import type {
  APIService,
  ClusterEvent,
  HorizontalPodAutoscaler,
  Lease,
  LimitRange,
  Namespace,
  PriorityClass,
  ResourceQuota,
  Usage,
  WebhookConfiguration,
} from "./policy.ts";
import type { CertificateSigningRequest } from "./signing-request.ts";
import type { EndpointSlice, Service } from "./service.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from "./volume.ts";
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from "./workload.ts";

/** Every kind that is understood, by its Kubernetes name. */
export interface ObjectsByKind {
  readonly Node: Node;
  readonly Pod: Pod;
  readonly Namespace: Namespace;
  readonly Deployment: Deployment;
  readonly ReplicaSet: ReplicaSet;
  readonly ReplicationController: ReplicationController;
  readonly StatefulSet: StatefulSet;
  readonly DaemonSet: DaemonSet;
  readonly Job: Job;
  readonly CronJob: CronJob;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Service: Service;
  readonly EndpointSlice: EndpointSlice;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly StorageClass: StorageClass;
  readonly CSINode: CSINode;
  readonly CSIDriver: CSIDriver;
  readonly CSIStorageCapacity: CSIStorageCapacity;
  readonly VolumeAttachment: VolumeAttachment;
  readonly PriorityClass: PriorityClass;
  readonly ResourceQuota: ResourceQuota;
  readonly LimitRange: LimitRange;
  readonly Lease: Lease;
  readonly WebhookConfiguration: WebhookConfiguration;
  readonly APIService: APIService;
  readonly CustomResourceDefinition: CustomResourceDefinition;
  readonly CertificateSigningRequest: CertificateSigningRequest;
  readonly NodeMetrics: Usage;
  readonly PodMetrics: Usage;
  readonly Event: ClusterEvent;
}

export type Kind = keyof ObjectsByKind;

/** The objects of a cluster, by kind, each list in the order it was read. */
export type ClusterObjects = { readonly [K in Kind]: readonly ObjectsByKind[K][] };

/** All kinds, in the order in which they are listed everywhere. */
export const allKinds = [
  "Node",
  "Pod",
  "Namespace",
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "PodDisruptionBudget",
  "Service",
  "EndpointSlice",
  "HorizontalPodAutoscaler",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "StorageClass",
  "CSINode",
  "CSIDriver",
  "CSIStorageCapacity",
  "VolumeAttachment",
  "PriorityClass",
  "ResourceQuota",
  "LimitRange",
  "Lease",
  "WebhookConfiguration",
  "APIService",
  "CustomResourceDefinition",
  "CertificateSigningRequest",
  "NodeMetrics",
  "PodMetrics",
  "Event",
] as const satisfies readonly Kind[];

/** A kind or an object that was read but is not understood: counted, and named once. */
export interface UnknownKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  /** Of kinds whose API versions come and go: which objects these are. */
  readonly objects?: readonly ObjectMeta[];
}

/** A cluster at one moment: immutable plain data. */
export interface Cluster {
  /** What to call it: a context, a file. */
  readonly name: string;
  /** Epoch milliseconds of the moment it shows: t = 0 of a rehearsal. */
  readonly asOf: number;
  /** Where that moment was taken from, in words for a person. */
  readonly asOfSource: string;
  /** The control plane's version (`v1.33.13`), or empty where the input does not tell. */
  readonly version: string;
  readonly versionSource: string;
  /** The kubectl that is used with it, where the user says so. */
  readonly kubectlVersion?: string;
  readonly objects: ClusterObjects;
  /** Kinds that the input has, or says it has none of. All others are *not given*, which is not *none*. */
  readonly given: readonly Kind[];
  readonly unknownKinds: readonly UnknownKind[];
  /** Controllers that the input lacks and that were read off their pods. */
  readonly inferred: readonly { readonly kind: Kind; readonly count: number }[];
  /** Whether the pods were made from manifests here, and not read from a running cluster. */
  readonly isGenerated: boolean;
  /** How the cluster is set up, as far as the input holds kubeadm's ConfigMaps. */
  readonly configuration?: ClusterConfiguration;
  /** What Cluster API's objects tell, where the input holds any. */
  readonly clusterApi?: ClusterApiObjects;
  /** The certificates of the control plane, as far as somebody tells of them. */
  readonly certificates?: readonly Certificate[];
}

/** Whether the input settles how many objects of this kind there are. */
export function isGiven(cluster: Cluster, kind: Kind): boolean {
  return cluster.given.includes(kind);
}
