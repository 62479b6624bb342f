import { groupBy } from "../../lib/order.ts";
import type { ClusterObjects } from "../../model/cluster.ts";
import { keyOf, labelValue } from "../../model/meta.ts";
import type { Namespace } from "../../model/policy.ts";
import type { LabelSelector } from "../../model/selector.ts";
import type { Service } from "../../model/service.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from "../../model/volume.ts";

/** A disruption budget as preemption sees it. */
export interface BudgetView {
  readonly namespace: string;
  /** Undefined selects no pod. */
  readonly selector?: LabelSelector | undefined;
  readonly disruptionsAllowed: number;
  /** Whether the eviction of this pod was accepted already. */
  isDisrupted(podName: string): boolean;
}

/** The selector of a ReplicationController, ReplicaSet or StatefulSet. */
export interface Selecting {
  readonly selector: LabelSelector;
}

/**
 * Everything that the scheduler reads beside nodes and pods. The simulation's state implements it; whoever changes
 * such an object tells the cache (`SchedulerCache.objectChanged`).
 */
export interface SchedulerListers {
  namespace(name: string): Namespace | undefined;
  namespaces(): Iterable<Namespace>;
  services(namespace: string): readonly Service[];
  /** The controller of this kind (`ReplicationController`, `ReplicaSet`, `StatefulSet`) and name. */
  controller(kind: string, namespace: string, name: string): Selecting | undefined;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** All volumes of one storage class, in a stable order. */
  volumesOfClass(storageClassName: string): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  csiNode(name: string): CSINode | undefined;
  csiDriver(name: string): CSIDriver | undefined;
  storageCapacities(): Iterable<CSIStorageCapacity>;
  attachments(nodeName: string): readonly VolumeAttachment[];
  budgets(): Iterable<BudgetView>;
}

/** The kinds whose change the cache has to be told of. */
export type ListedKind =
  | "Namespace"
  | "Service"
  | "ReplicationController"
  | "ReplicaSet"
  | "StatefulSet"
  | "PersistentVolume"
  | "PersistentVolumeClaim"
  | "StorageClass"
  | "CSINode"
  | "CSIDriver"
  | "CSIStorageCapacity"
  | "VolumeAttachment"
  | "PodDisruptionBudget";

const betaStorageClass = "volume.beta.kubernetes.io/storage-class";

/** The storage class of a claim; the old annotation comes first. Source: component-helpers/storage/volume. */
export function classOfClaim(claim: PersistentVolumeClaim): string {
  return labelValue(claim.annotations, betaStorageClass) ?? claim.claim.storageClassName ?? "";
}

/** The storage class of a volume; the old annotation comes first. */
export function classOfVolume(volume: PersistentVolume): string {
  return labelValue(volume.annotations, betaStorageClass) ?? volume.storageClassName;
}

/** Listers over the objects of a cluster that does not change. Budgets are taken at what their status allows. */
export function listersOf(objects: ClusterObjects): SchedulerListers {
  const byKey = <T extends { readonly namespace: string; readonly name: string }>(list: readonly T[]) =>
    new Map(list.map((each) => [keyOf(each), each]));
  const namespaces = byKey(objects.Namespace);
  const services = groupBy(objects.Service, ({ namespace }) => namespace);
  const controllers: Readonly<Record<string, ReadonlyMap<string, Selecting>>> = {
    ReplicationController: byKey(objects.ReplicationController),
    ReplicaSet: byKey(objects.ReplicaSet),
    StatefulSet: byKey(objects.StatefulSet),
  };
  const claims = byKey(objects.PersistentVolumeClaim);
  const volumes = byKey(objects.PersistentVolume);
  const volumesOfClass = groupBy(objects.PersistentVolume, classOfVolume);
  const storageClasses = byKey(objects.StorageClass);
  const csiNodes = byKey(objects.CSINode);
  const csiDrivers = byKey(objects.CSIDriver);
  const attachments = groupBy(objects.VolumeAttachment, ({ nodeName }) => nodeName);
  const budgets = objects.PodDisruptionBudget.map(({ namespace, selector, status }): BudgetView => ({
    namespace,
    selector,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    isDisrupted: (podName) => status !== undefined && Object.hasOwn(status.disruptedPods, podName),
  }));
  return {
    namespace: (name) => namespaces.get(name),
    namespaces: () => objects.Namespace,
    services: (namespace) => services.get(namespace) ?? [],
    controller: (kind, namespace, name) => controllers[kind]?.get(`${namespace}/${name}`),
    claim: (namespace, name) => claims.get(`${namespace}/${name}`),
    volume: (name) => volumes.get(name),
    volumesOfClass: (name) => volumesOfClass.get(name) ?? [],
    storageClass: (name) => storageClasses.get(name),
    csiNode: (name) => csiNodes.get(name),
    csiDriver: (name) => csiDrivers.get(name),
    storageCapacities: () => objects.CSIStorageCapacity,
    attachments: (nodeName) => attachments.get(nodeName) ?? [],
    budgets: () => budgets,
  };
}
