import type { Affinity, NodeSelectorTerm, PodAffinityTerm } from "../../src/model/affinity.ts";
import type { PodDisruptionBudget } from "../../src/model/budget.ts";
import { allKinds, type ClusterObjects } from "../../src/model/cluster.ts";
import type { Labels, ObjectMeta } from "../../src/model/meta.ts";
import type { Node, NodeImage } from "../../src/model/node.ts";
import type { Container, Pod, PodSpec, PodStatus, Resources } from "../../src/model/pod.ts";
import type { Namespace } from "../../src/model/policy.ts";
import { type LabelSelector, selectorFromLabels } from "../../src/model/selector.ts";
import type { Service } from "../../src/model/service.ts";
import type { Taint, TaintEffect, Toleration } from "../../src/model/taint.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
  VolumeClaimSpec,
} from "../../src/model/volume.ts";

/**
 * Objects for tests: each builder takes what the test is about and fills in what the API server would.
 */

export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

const meta = (name: string, namespace: string, apiVersion: string): ObjectMeta => ({
  name,
  namespace,
  uid: namespace === "" ? name : `${namespace}/${name}`,
  labels: {},
  annotations: {},
  owners: [],
  finalizers: [],
  apiVersion,
});

/** 4 cores, 16 GiB, 110 pods, and its own hostname. */
export const roomy: Resources = { cpu: 4_000, memory: 16 * GiB, pods: 110 };

export interface NodeShape extends Partial<Omit<Node, "kind" | "name" | "labels">> {
  readonly labels?: Labels;
  /** Sets `topology.kubernetes.io/zone`. */
  readonly zone?: string;
}

export function makeNode(name: string, { zone, labels, ...shape }: NodeShape = {}): Node {
  const allocatable = shape.allocatable ?? roomy;
  return {
    ...meta(name, "", "v1"),
    kind: "Node",
    unschedulable: false,
    taints: [],
    providerID: "",
    capacity: allocatable,
    conditions: [],
    images: [],
    info: {
      kubeletVersion: "",
      kubeProxyVersion: "",
      containerRuntimeVersion: "",
      kernelVersion: "",
      osImage: "",
      operatingSystem: "linux",
      architecture: "amd64",
      machineID: "",
      systemUUID: "",
      bootID: "",
    },
    internalIP: "",
    podCIDR: "",
    ...shape,
    allocatable,
    labels: {
      "kubernetes.io/hostname": name,
      ...(zone === undefined ? {} : { "topology.kubernetes.io/zone": zone }),
      ...labels,
    },
  };
}

export const image = (name: string, sizeBytes: number): NodeImage => ({ names: [name], sizeBytes });

export function makeContainer(requests: Resources = {}, shape: Partial<Container> = {}): Container {
  return {
    name: "main",
    image: "app",
    requests,
    limits: {},
    hostPorts: [],
    isSidecar: false,
    imagePullPolicy: "IfNotPresent",
    ...shape,
  };
}

const noAffinity: Affinity = {
  preferredNodes: [],
  requiredPods: [],
  preferredPods: [],
  requiredAntiPods: [],
  preferredAntiPods: [],
};

export interface SpecShape extends Partial<Omit<PodSpec, "affinity">> {
  readonly affinity?: Partial<Affinity>;
  /** The requests of its only container. */
  readonly requests?: Resources;
}

export function makeSpec({ affinity, requests, ...shape }: SpecShape = {}): PodSpec {
  return {
    containers: [makeContainer(requests)],
    initContainers: [],
    overhead: {},
    nodeSelector: {},
    tolerations: [],
    topologySpreadConstraints: [],
    schedulingGates: [],
    volumes: [],
    schedulerName: "default-scheduler",
    priorityClassName: "",
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    hostNetwork: false,
    readinessGates: [],
    runtimeClassName: "",
    ...shape,
    affinity: { ...noAffinity, ...affinity },
  };
}

export interface PodShape extends Partial<Omit<Pod, "kind" | "name" | "spec" | "status">> {
  readonly spec?: PodSpec | SpecShape;
  readonly status?: Partial<PodStatus>;
}

export function makePod(name: string, { spec, status, ...shape }: PodShape = {}): Pod {
  const namespace = shape.namespace ?? "default";
  return {
    ...meta(name, namespace, "v1"),
    kind: "Pod",
    nodeName: "",
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    ...shape,
    spec: isWhole(spec) ? spec : makeSpec(spec),
    status: {
      phase: "Pending",
      reason: "",
      message: "",
      conditions: [],
      containerStatuses: [],
      initContainerStatuses: [],
      nominatedNodeName: "",
      hasIP: false,
      ...status,
    },
  };
}

function isWhole(spec: PodSpec | SpecShape | undefined): spec is PodSpec {
  return spec?.containers !== undefined && spec.schedulerName !== undefined && spec.affinity !== undefined;
}

export function taint(key: string, effect: TaintEffect = "NoSchedule", value = ""): Taint {
  return { key, value, effect };
}

export function toleration(key: string, shape: Partial<Toleration> = {}): Toleration {
  return { key, operator: "Exists", value: "", effect: "", ...shape };
}

/** A selector for exactly these labels. */
export const selecting = (labels: Labels): LabelSelector => selectorFromLabels(labels);

export function affinityTerm(
  topologyKey: string,
  labels: Labels,
  shape: Partial<PodAffinityTerm> = {},
): PodAffinityTerm {
  return {
    topologyKey,
    labelSelector: selecting(labels),
    namespaces: [],
    matchLabelKeys: [],
    mismatchLabelKeys: [],
    ...shape,
  };
}

/** A node selector term: the label has one of the values. */
export function nodeTerm(key: string, ...values: readonly string[]): NodeSelectorTerm {
  return { matchExpressions: [{ key, operator: "In", values }], matchFields: [] };
}

export function makeNamespace(name: string, labels: Labels = {}): Namespace {
  return { ...meta(name, "", "v1"), labels, kind: "Namespace", phase: "Active" };
}

export function makeService(name: string, labels: Labels, namespace = "default"): Service {
  return {
    ...meta(name, namespace, "v1"),
    kind: "Service",
    type: "ClusterIP",
    selector: selecting(labels),
    publishNotReadyAddresses: false,
    externalTrafficPolicy: "Cluster",
    isHeadless: false,
  };
}

export function makeClaim(
  name: string,
  shape: Partial<VolumeClaimSpec> & { readonly volumeName?: string; readonly annotations?: Labels } = {},
): PersistentVolumeClaim {
  const { volumeName = "", annotations = {}, ...claim } = shape;
  return {
    ...meta(name, "default", "v1"),
    annotations:
      volumeName === "" ? annotations : { ...annotations, "pv.kubernetes.io/bind-completed": "yes" },
    kind: "PersistentVolumeClaim",
    claim: {
      accessModes: ["ReadWriteOnce"],
      requestBytes: GiB,
      volumeMode: "Filesystem",
      attributesClassName: "",
      ...claim,
    },
    volumeName,
    phase: volumeName === "" ? "Pending" : "Bound",
  };
}

export function makeVolume(
  name: string,
  shape: Partial<Omit<PersistentVolume, "kind" | "name">> = {},
): PersistentVolume {
  return {
    ...meta(name, "", "v1"),
    kind: "PersistentVolume",
    accessModes: ["ReadWriteOnce"],
    capacityBytes: GiB,
    storageClassName: "",
    volumeMode: "Filesystem",
    reclaimPolicy: "Delete",
    attributesClassName: "",
    source: { type: "csi", driver: "disk.example.com", handle: name },
    phase: "Available",
    ...shape,
  };
}

export function makeStorageClass(name: string, shape: Partial<StorageClass> = {}): StorageClass {
  return {
    ...meta(name, "", "storage.k8s.io/v1"),
    kind: "StorageClass",
    provisioner: "disk.example.com",
    volumeBindingMode: "WaitForFirstConsumer",
    allowedTopologies: [],
    isDefault: false,
    ...shape,
  };
}

export function makeCSINode(name: string, limit: number): CSINode {
  return {
    ...meta(name, "", "storage.k8s.io/v1"),
    kind: "CSINode",
    drivers: [{ name: "disk.example.com", allocatableCount: limit, topologyKeys: [] }],
  };
}

/** The objects of a cluster: those of the kinds that are given, and no others. */
export function makeObjects(some: Partial<ClusterObjects> = {}): ClusterObjects {
  const none = Object.fromEntries(allKinds.map((kind) => [kind, []])) as unknown as ClusterObjects;
  return { ...none, ...some };
}

export function makeAttachment(volumeName: string, nodeName: string): VolumeAttachment {
  return {
    ...meta(`${volumeName}-${nodeName}`, "", "storage.k8s.io/v1"),
    kind: "VolumeAttachment",
    attacher: "disk.example.com",
    nodeName,
    volumeName,
    attached: true,
  };
}

export function makeCSIDriver(name: string, storageCapacity: boolean): CSIDriver {
  return { ...meta(name, "", "storage.k8s.io/v1"), kind: "CSIDriver", attachRequired: true, storageCapacity };
}

/** What is left for a class on the nodes with these labels. */
export function makeCapacity(
  storageClassName: string,
  capacityBytes: number,
  topology: Labels,
): CSIStorageCapacity {
  return {
    ...meta(`${storageClassName}-${Object.values(topology).join("-")}`, "default", "storage.k8s.io/v1"),
    kind: "CSIStorageCapacity",
    storageClassName,
    capacityBytes,
    nodeTopology: selecting(topology),
  };
}

/** A budget that allows so many disruptions now. */
export function makeBudget(name: string, labels: Labels, disruptionsAllowed: number): PodDisruptionBudget {
  return {
    ...meta(name, "default", "policy/v1"),
    kind: "PodDisruptionBudget",
    selector: selecting(labels),
    unhealthyPodEvictionPolicy: "IfHealthyBudget",
    status: {
      currentHealthy: 1,
      desiredHealthy: 1,
      disruptionsAllowed,
      expectedPods: 1,
      observedGeneration: 1,
      disruptedPods: {},
    },
  };
}
