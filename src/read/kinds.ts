import type { z } from "zod";
import type { Kind } from "../model/cluster.ts";
import * as extension from "./schema/extension.ts";
import { hpa } from "./schema/hpa.ts";
import { node } from "./schema/node.ts";
import { pod } from "./schema/pod.ts";
import * as policy from "./schema/policy.ts";
import * as volume from "./schema/volume.ts";
import * as workload from "./schema/workload.ts";

/** How objects of one group and kind are read. Every version of the group that ever served the kind is accepted. */
export interface KindReader {
  /** The kind in the model; two API kinds may be read as one. */
  readonly kind: Kind;
  readonly schema: z.ZodType;
  readonly isNamespaced: boolean;
  readonly versions: readonly string[];
}

const v1 = ["v1"];
const workloadVersions = ["v1", "v1beta2", "v1beta1"];

/** By `group/Kind`; the core group has an empty name. One line here makes a kind readable. */
const readers: Readonly<Record<string, KindReader>> = {
  "/Node": { kind: "Node", schema: node, isNamespaced: false, versions: v1 },
  "/Pod": { kind: "Pod", schema: pod, isNamespaced: true, versions: v1 },
  "/Namespace": { kind: "Namespace", schema: policy.namespace, isNamespaced: false, versions: v1 },
  "apps/Deployment": {
    kind: "Deployment",
    schema: workload.deployment,
    isNamespaced: true,
    versions: workloadVersions,
  },
  "extensions/Deployment": {
    kind: "Deployment",
    schema: workload.deployment,
    isNamespaced: true,
    versions: ["v1beta1"],
  },
  "apps/ReplicaSet": {
    kind: "ReplicaSet",
    schema: workload.replicaSet,
    isNamespaced: true,
    versions: ["v1", "v1beta2"],
  },
  "extensions/ReplicaSet": {
    kind: "ReplicaSet",
    schema: workload.replicaSet,
    isNamespaced: true,
    versions: ["v1beta1"],
  },
  "/ReplicationController": {
    kind: "ReplicationController",
    schema: workload.replicationController,
    isNamespaced: true,
    versions: v1,
  },
  "apps/StatefulSet": {
    kind: "StatefulSet",
    schema: workload.statefulSet,
    isNamespaced: true,
    versions: workloadVersions,
  },
  "apps/DaemonSet": {
    kind: "DaemonSet",
    schema: workload.daemonSet,
    isNamespaced: true,
    versions: ["v1", "v1beta2"],
  },
  "extensions/DaemonSet": {
    kind: "DaemonSet",
    schema: workload.daemonSet,
    isNamespaced: true,
    versions: ["v1beta1"],
  },
  "batch/Job": { kind: "Job", schema: workload.job, isNamespaced: true, versions: v1 },
  "batch/CronJob": {
    kind: "CronJob",
    schema: workload.cronJob,
    isNamespaced: true,
    versions: ["v1", "v1beta1", "v2alpha1"],
  },
  "policy/PodDisruptionBudget": {
    kind: "PodDisruptionBudget",
    schema: policy.budget,
    isNamespaced: true,
    versions: ["v1", "v1beta1"],
  },
  "/Service": { kind: "Service", schema: policy.service, isNamespaced: true, versions: v1 },
  "discovery.k8s.io/EndpointSlice": {
    kind: "EndpointSlice",
    schema: policy.endpointSlice,
    isNamespaced: true,
    versions: ["v1", "v1beta1"],
  },
  "/Endpoints": { kind: "EndpointSlice", schema: policy.endpoints, isNamespaced: true, versions: v1 },
  "autoscaling/HorizontalPodAutoscaler": {
    kind: "HorizontalPodAutoscaler",
    schema: hpa,
    isNamespaced: true,
    versions: ["v2", "v2beta2", "v2beta1", "v1"],
  },
  "/PersistentVolume": {
    kind: "PersistentVolume",
    schema: volume.persistentVolume,
    isNamespaced: false,
    versions: v1,
  },
  "/PersistentVolumeClaim": {
    kind: "PersistentVolumeClaim",
    schema: volume.persistentVolumeClaim,
    isNamespaced: true,
    versions: v1,
  },
  "storage.k8s.io/StorageClass": {
    kind: "StorageClass",
    schema: volume.storageClass,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "storage.k8s.io/CSINode": {
    kind: "CSINode",
    schema: volume.csiNode,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "storage.k8s.io/CSIDriver": {
    kind: "CSIDriver",
    schema: volume.csiDriver,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "storage.k8s.io/CSIStorageCapacity": {
    kind: "CSIStorageCapacity",
    schema: volume.csiStorageCapacity,
    isNamespaced: true,
    versions: ["v1", "v1beta1", "v1alpha1"],
  },
  "storage.k8s.io/VolumeAttachment": {
    kind: "VolumeAttachment",
    schema: volume.volumeAttachment,
    isNamespaced: false,
    versions: ["v1", "v1beta1", "v1alpha1"],
  },
  "scheduling.k8s.io/PriorityClass": {
    kind: "PriorityClass",
    schema: policy.priorityClass,
    isNamespaced: false,
    versions: ["v1", "v1beta1", "v1alpha1"],
  },
  "/ResourceQuota": { kind: "ResourceQuota", schema: policy.resourceQuota, isNamespaced: true, versions: v1 },
  "/LimitRange": { kind: "LimitRange", schema: policy.limitRange, isNamespaced: true, versions: v1 },
  "coordination.k8s.io/Lease": {
    kind: "Lease",
    schema: policy.lease,
    isNamespaced: true,
    versions: ["v1", "v1beta1"],
  },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": {
    kind: "WebhookConfiguration",
    schema: extension.webhookConfiguration,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": {
    kind: "WebhookConfiguration",
    schema: extension.webhookConfiguration,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "apiregistration.k8s.io/APIService": {
    kind: "APIService",
    schema: extension.apiService,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "certificates.k8s.io/CertificateSigningRequest": {
    kind: "CertificateSigningRequest",
    schema: extension.signingRequest,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "apiextensions.k8s.io/CustomResourceDefinition": {
    kind: "CustomResourceDefinition",
    schema: extension.customResourceDefinition,
    isNamespaced: false,
    versions: ["v1", "v1beta1"],
  },
  "metrics.k8s.io/NodeMetrics": {
    kind: "NodeMetrics",
    schema: policy.nodeMetrics,
    isNamespaced: false,
    versions: ["v1beta1", "v1"],
  },
  "metrics.k8s.io/PodMetrics": {
    kind: "PodMetrics",
    schema: policy.podMetrics,
    isNamespaced: true,
    versions: ["v1beta1", "v1"],
  },
  "/Event": { kind: "Event", schema: policy.event, isNamespaced: true, versions: v1 },
  "events.k8s.io/Event": {
    kind: "Event",
    schema: policy.event,
    isNamespaced: true,
    versions: ["v1", "v1beta1"],
  },
};

/** Kinds whose contents never come in. They are not unknown: they are left at the door. */
export const droppedKinds: ReadonlySet<string> = new Set(["Secret", "ConfigMap"]);

/** How to read an object of this apiVersion and kind; undefined where it is not understood. */
export function readerFor(apiVersion: string, kind: string): KindReader | undefined {
  const slash = apiVersion.lastIndexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const reader = readerIn(group, kind);
  return reader?.versions.includes(apiVersion.slice(slash + 1)) ? reader : undefined;
}

/** How to read the objects of this kind in an API group (empty for the core group), whatever their version. */
export function readerIn(group: string, kind: string): KindReader | undefined {
  return Object.hasOwn(readers, `${group}/${kind}`) ? readers[`${group}/${kind}`] : undefined;
}
