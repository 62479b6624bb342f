import { labelValue } from "../../model/meta.ts";
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
