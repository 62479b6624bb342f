import type { NodeSelectorTerm } from "./affinity.ts";
import type { ObjectMeta } from "./meta.ts";
import type { LabelSelector } from "./selector.ts";

export interface VolumeClaimSpec {
  readonly accessModes: readonly string[];
  /** Undefined: the default class. Empty: no class. */
  readonly storageClassName?: string;
  readonly requestBytes: number;
  readonly volumeMode: string;
  /** Which volumes may be bound to it; undefined: any. */
  readonly selector?: LabelSelector;
  /** `volumeAttributesClassName`, or empty. */
  readonly attributesClassName: string;
}

export interface PersistentVolumeClaim extends ObjectMeta {
  readonly kind: "PersistentVolumeClaim";
  readonly claim: VolumeClaimSpec;
  /** The volume it is bound to, or empty. */
  readonly volumeName: string;
  readonly phase: string;
}

/** What backs a volume: the type as Kubernetes names the field, and what identifies it there. */
export interface VolumeSource {
  readonly type: string;
  /** CSI driver, or the in-tree plugin's own name; empty for local and hostPath volumes. */
  readonly driver: string;
  readonly handle: string;
}

export interface PersistentVolume extends ObjectMeta {
  readonly kind: "PersistentVolume";
  readonly accessModes: readonly string[];
  readonly capacityBytes: number;
  readonly storageClassName: string;
  readonly volumeMode: string;
  readonly reclaimPolicy: string;
  /** `volumeAttributesClassName`, or empty. */
  readonly attributesClassName: string;
  readonly source: VolumeSource;
  /** Where it can be reached from; undefined means everywhere, an empty list nowhere. */
  readonly nodeTerms?: readonly NodeSelectorTerm[];
  /** The claim it is reserved for or bound to. */
  readonly claimRef?: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly phase: string;
}

export interface StorageClass extends ObjectMeta {
  readonly kind: "StorageClass";
  readonly provisioner: string;
  readonly volumeBindingMode: "Immediate" | "WaitForFirstConsumer";
  readonly allowedTopologies: readonly NodeSelectorTerm[];
  readonly isDefault: boolean;
}

export interface CSINode extends ObjectMeta {
  readonly kind: "CSINode";
  readonly drivers: readonly {
    readonly name: string;
    /** How many volumes of this driver the node can attach; undefined: no limit known. */
    readonly allocatableCount?: number;
    readonly topologyKeys: readonly string[];
  }[];
}

export interface CSIDriver extends ObjectMeta {
  readonly kind: "CSIDriver";
  readonly attachRequired: boolean;
  readonly storageCapacity: boolean;
}

export interface CSIStorageCapacity extends ObjectMeta {
  readonly kind: "CSIStorageCapacity";
  readonly storageClassName: string;
  /** Undefined: no capacity was reported. */
  readonly capacityBytes?: number;
  readonly maximumVolumeBytes?: number;
  /** The nodes that reach it. Undefined matches no node, an empty selector every node. */
  readonly nodeTopology?: LabelSelector;
}

export interface VolumeAttachment extends ObjectMeta {
  readonly kind: "VolumeAttachment";
  readonly attacher: string;
  readonly nodeName: string;
  readonly volumeName: string;
  readonly attached: boolean;
}
