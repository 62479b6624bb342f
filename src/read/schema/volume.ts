import { z } from "zod";
import type { NodeSelectorTerm } from "../../model/affinity.ts";
import type { PodVolume } from "../../model/pod.ts";
import type { VolumeClaimSpec, VolumeSource } from "../../model/volume.ts";
import {
  fields,
  flag,
  labels,
  list,
  oneOf,
  optionalAmount,
  optionalCount,
  optionalSelector,
  requiredText,
  section,
  text,
} from "./fields.ts";
import { nodeSelectorTerm } from "./affinity.ts";

/** The spec of a claim, also as a template in a StatefulSet or an ephemeral volume. */
export const claimSpec = fields({
  accessModes: list(requiredText),
  storageClassName: z.string().nullish(),
  resources: section({ requests: section({ storage: optionalAmount }) }),
  volumeMode: text("Filesystem"),
  volumeName: text(),
  selector: optionalSelector,
  volumeAttributesClassName: text(),
}).transform((spec) => ({
  claim: {
    accessModes: spec.accessModes,
    ...(typeof spec.storageClassName === "string" ? { storageClassName: spec.storageClassName } : {}),
    requestBytes: spec.resources.requests.storage ?? 0,
    volumeMode: spec.volumeMode,
    ...(spec.selector ? { selector: spec.selector } : {}),
    attributesClassName: spec.volumeAttributesClassName,
  } satisfies VolumeClaimSpec,
  volumeName: spec.volumeName,
}));

/** What identifies a disk, whatever type its field has: text and numbers as they are, lists sorted. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? value.map(textOf).sort().join(",") : "";
}

const disk = (idField: string) =>
  z
    .looseObject({ readOnly: flag() })
    .transform((value) => ({ id: textOf(value[idField]), readOnly: value.readOnly }));

/** Volumes that say nothing about where a pod can run or what it loses: their contents are not read at all. */
const irrelevantSources = new Set(["configMap", "secret", "projected", "downwardAPI"]);

export const podVolume = z
  .looseObject({
    name: requiredText,
    emptyDir: fields({ medium: text() }).nullish(),
    hostPath: fields({ path: text(), type: text() }).nullish(),
    persistentVolumeClaim: fields({ claimName: requiredText, readOnly: flag() }).nullish(),
    ephemeral: section({ volumeClaimTemplate: section({ spec: claimSpec.nullish() }) }).optional(),
    image: fields({ reference: text() }).nullish(),
    csi: fields({ driver: text() }).nullish(),
    gcePersistentDisk: disk("pdName").nullish(),
    awsElasticBlockStore: disk("volumeID").nullish(),
    azureDisk: disk("diskName").nullish(),
    cinder: disk("volumeID").nullish(),
    iscsi: z
      .looseObject({ readOnly: flag() })
      .transform((v) => ({ id: textOf(v["iqn"]), readOnly: v.readOnly }))
      .nullish(),
    rbd: z
      .looseObject({ readOnly: flag(), monitors: list(requiredText), pool: text("rbd") })
      .transform((v) => ({
        monitors: v.monitors,
        pool: v.pool,
        id: textOf(v["image"]),
        readOnly: v.readOnly,
      }))
      .nullish(),
  })
  .transform((volume): PodVolume | undefined => {
    const { name } = volume;
    if (volume.emptyDir) return { type: "emptyDir", name, medium: volume.emptyDir.medium };
    if (volume.hostPath)
      return { type: "hostPath", name, path: volume.hostPath.path, pathType: volume.hostPath.type };
    if (volume.persistentVolumeClaim)
      return { type: "persistentVolumeClaim", name, ...volume.persistentVolumeClaim };
    const claim = volume.ephemeral?.volumeClaimTemplate.spec?.claim;
    if (claim) return { type: "ephemeral", name, claim };
    if (volume.image) return { type: "image", name, reference: volume.image.reference };
    if (volume.csi) return { type: "csi", name, driver: volume.csi.driver };
    if (volume.rbd) return { type: "rbd", name, ...volume.rbd };
    for (const type of [
      "gcePersistentDisk",
      "awsElasticBlockStore",
      "azureDisk",
      "cinder",
      "iscsi",
    ] as const) {
      const found = volume[type];
      if (found) return { type, name, ...found };
    }
    const source = Object.keys(volume).find((key) => key !== "name" && volume[key] !== undefined);
    if (source === undefined) return { type: "emptyDir", name, medium: "" };
    return irrelevantSources.has(source) ? undefined : { type: "other", name, source };
  });

/** In-tree volume plugins, as CSI migration and the attach limits know them: the field, and its driver's name. */
const inTreeDrivers: Readonly<Record<string, { readonly driver: string; readonly id: string }>> = {
  awsElasticBlockStore: { driver: "kubernetes.io/aws-ebs", id: "volumeID" },
  gcePersistentDisk: { driver: "kubernetes.io/gce-pd", id: "pdName" },
  azureDisk: { driver: "kubernetes.io/azure-disk", id: "diskName" },
  azureFile: { driver: "kubernetes.io/azure-file", id: "shareName" },
  cinder: { driver: "kubernetes.io/cinder", id: "volumeID" },
  vsphereVolume: { driver: "kubernetes.io/vsphere-volume", id: "volumePath" },
  nfs: { driver: "kubernetes.io/nfs", id: "server" },
  iscsi: { driver: "kubernetes.io/iscsi", id: "iqn" },
  rbd: { driver: "kubernetes.io/rbd", id: "image" },
  cephfs: { driver: "kubernetes.io/cephfs", id: "path" },
  fc: { driver: "kubernetes.io/fc", id: "wwids" },
  portworxVolume: { driver: "kubernetes.io/portworx-volume", id: "volumeID" },
  glusterfs: { driver: "kubernetes.io/glusterfs", id: "path" },
  quobyte: { driver: "kubernetes.io/quobyte", id: "volume" },
  storageos: { driver: "kubernetes.io/storageos", id: "volumeName" },
  scaleIO: { driver: "kubernetes.io/scaleio", id: "volumeName" },
  flocker: { driver: "kubernetes.io/flocker", id: "datasetUUID" },
  photonPersistentDisk: { driver: "kubernetes.io/photon-pd", id: "pdID" },
  local: { driver: "", id: "path" },
  hostPath: { driver: "", id: "path" },
};

const volumeSpec = z
  .looseObject({
    accessModes: list(requiredText),
    capacity: section({ storage: optionalAmount }),
    storageClassName: text(),
    volumeMode: text("Filesystem"),
    persistentVolumeReclaimPolicy: text(),
    volumeAttributesClassName: text(),
    nodeAffinity: section({ required: fields({ nodeSelectorTerms: list(nodeSelectorTerm) }).nullish() }),
    claimRef: fields({ namespace: text(), name: text(), uid: text() }).nullish(),
    csi: fields({ driver: text(), volumeHandle: text() }).nullish(),
  })
  .transform((spec) => {
    const { required } = spec.nodeAffinity;
    return {
      accessModes: spec.accessModes,
      capacityBytes: spec.capacity.storage ?? 0,
      storageClassName: spec.storageClassName,
      volumeMode: spec.volumeMode,
      reclaimPolicy: spec.persistentVolumeReclaimPolicy,
      attributesClassName: spec.volumeAttributesClassName,
      source: sourceOf(spec),
      ...(required ? { nodeTerms: required.nodeSelectorTerms } : {}),
      ...(spec.claimRef ? { claimRef: spec.claimRef } : {}),
    };
  });

function sourceOf(
  spec: { csi?: { driver: string; volumeHandle: string } | null | undefined } & Record<string, unknown>,
): VolumeSource {
  if (spec.csi) return { type: "csi", driver: spec.csi.driver, handle: spec.csi.volumeHandle };
  for (const [type, { driver, id }] of Object.entries(inTreeDrivers)) {
    const source = spec[type];
    if (source && typeof source === "object")
      return { type, driver, handle: textOf((source as Record<string, unknown>)[id]) };
  }
  return { type: "other", driver: "", handle: "" };
}

const status = section({ phase: text() });

export const persistentVolume = fields({ spec: volumeSpec, status }).transform(
  ({ spec, status: { phase } }) => ({
    ...spec,
    phase,
  }),
);

export const persistentVolumeClaim = fields({ spec: claimSpec, status }).transform(
  ({ spec, status: { phase } }) => ({
    ...spec,
    phase: phase === "" ? "Pending" : phase,
  }),
);

const topologyTerm = fields({
  matchLabelExpressions: list(fields({ key: requiredText, values: list(requiredText) })),
}).transform(({ matchLabelExpressions }): NodeSelectorTerm => ({
  matchExpressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: "In", values })),
  matchFields: [],
}));

export const storageClass = fields({
  provisioner: text(),
  volumeBindingMode: oneOf(["Immediate", "WaitForFirstConsumer"], "Immediate"),
  allowedTopologies: list(topologyTerm),
  metadata: section({ annotations: labels }),
}).transform(({ metadata: { annotations }, ...rest }) => ({
  ...rest,
  isDefault:
    annotations["storageclass.kubernetes.io/is-default-class"] === "true" ||
    annotations["storageclass.beta.kubernetes.io/is-default-class"] === "true",
}));

export const csiNode = fields({
  spec: section({
    drivers: list(
      fields({
        name: requiredText,
        allocatable: section({ count: optionalCount }),
        topologyKeys: list(requiredText),
      }).transform(({ name, allocatable, topologyKeys }) => ({
        name,
        ...(allocatable.count === undefined ? {} : { allocatableCount: allocatable.count }),
        topologyKeys,
      })),
    ),
  }),
}).transform(({ spec }) => ({ drivers: spec.drivers }));

export const csiDriver = fields({
  spec: section({ attachRequired: flag(true), storageCapacity: flag() }),
}).transform(({ spec }) => spec);

export const csiStorageCapacity = fields({
  storageClassName: text(),
  capacity: optionalAmount,
  maximumVolumeSize: optionalAmount,
  nodeTopology: optionalSelector,
}).transform(({ storageClassName, capacity, maximumVolumeSize, nodeTopology }) => ({
  storageClassName,
  ...(capacity === undefined ? {} : { capacityBytes: capacity }),
  ...(maximumVolumeSize === undefined ? {} : { maximumVolumeBytes: maximumVolumeSize }),
  ...(nodeTopology ? { nodeTopology } : {}),
}));

export const volumeAttachment = fields({
  spec: fields({
    attacher: text(),
    nodeName: text(),
    source: section({ persistentVolumeName: text() }),
  }),
  status: section({ attached: flag() }),
}).transform(({ spec, status: { attached } }) => ({
  attacher: spec.attacher,
  nodeName: spec.nodeName,
  volumeName: spec.source.persistentVolumeName,
  attached,
}));
