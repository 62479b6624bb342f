/**
 * Which cluster events kube-scheduler's plugins registered while there were no queueing hints (before 1.32): any of
 * them wakes a pod that the plugin had rejected. `Node/Update` stands for every change of a node.
 * Sources: EventsToRegister of each plugin in 1.24.17, 1.26.15, 1.27.16, 1.28.15, 1.29.14, 1.30.14 and 1.31.14;
 * pkg/scheduler/scheduler.go, buildQueueingHintMap, for `Node/UpdateNodeTaint` since 1.30.
 */

export type EventNames = readonly string[];

const nodeChanges = ["Node/Add", "Node/Update"];
const claimChanges = ["PersistentVolumeClaim/Add", "PersistentVolumeClaim/Update"];
const volumeChanges = ["PersistentVolume/Add", "PersistentVolume/Update"];
const podChanges = ["Pod/Add", "Pod/Update", "Pod/Delete"];

const eventsBefore130: Readonly<Record<string, EventNames>> = {
  NodeUnschedulable: ["Node/Add", "Node/UpdateNodeTaint"],
  NodeName: nodeChanges,
  TaintToleration: nodeChanges,
  NodeAffinity: nodeChanges,
  NodePorts: ["Pod/Delete", ...nodeChanges],
  NodeResourcesFit: ["Pod/Delete", ...nodeChanges],
  VolumeRestrictions: ["Pod/Delete", "Node/Add", ...claimChanges],
  NodeVolumeLimits: ["CSINode/Add", "Pod/Delete"],
  VolumeBinding: [
    "StorageClass/Add",
    "StorageClass/Update",
    ...claimChanges,
    ...volumeChanges,
    "Node/Add",
    "Node/UpdateNodeLabel",
    "CSINode/Add",
    "CSINode/Update",
    "CSIDriver/Add",
    "CSIDriver/Update",
    "CSIStorageCapacity/Add",
    "CSIStorageCapacity/Update",
  ],
  VolumeZone: [
    "StorageClass/Add",
    "Node/Add",
    "Node/UpdateNodeLabel",
    "PersistentVolumeClaim/Add",
    ...volumeChanges,
  ],
  PodTopologySpread: [...podChanges, "Node/Add", "Node/Delete", "Node/UpdateNodeLabel"],
  InterPodAffinity: [...podChanges, "Node/Add", "Node/UpdateNodeLabel"],
};

const withTaints = (plugin: string): EventNames => [
  ...(eventsBefore130[plugin] ?? []),
  "Node/UpdateNodeTaint",
];

const eventsOf130: Readonly<Record<string, EventNames>> = {
  ...eventsBefore130,
  NodeUnschedulable: nodeChanges,
  VolumeRestrictions: withTaints("VolumeRestrictions"),
  NodeVolumeLimits: ["CSINode/Add", "Pod/Delete", "PersistentVolumeClaim/Add"],
  VolumeBinding: withTaints("VolumeBinding"),
  VolumeZone: withTaints("VolumeZone"),
  PodTopologySpread: withTaints("PodTopologySpread"),
  InterPodAffinity: withTaints("InterPodAffinity"),
};

const podLabelChanges = ["Pod/Add", "Pod/UpdatePodLabel", "Pod/Delete"];

/** 1.31: only labels of pods matter to spreading and affinity. */
const eventsOf131: Readonly<Record<string, EventNames>> = {
  ...eventsOf130,
  VolumeRestrictions: ["Pod/Delete", "Node/Add", "Node/UpdateNodeTaint", "PersistentVolumeClaim/Add"],
  VolumeZone: [...withTaints("VolumeZone"), "PersistentVolumeClaim/Update"],
  PodTopologySpread: [
    ...podLabelChanges,
    "Node/Add",
    "Node/Delete",
    "Node/UpdateNodeLabel",
    "Node/UpdateNodeTaint",
  ],
  InterPodAffinity: [...podLabelChanges, "Node/Add", "Node/UpdateNodeLabel", "Node/UpdateNodeTaint"],
};

export type RegisteredEvents = Readonly<Record<string, EventNames>>;

/** By era: what each plugin registered. */
export const registeredEvents = {
  "before-1.30": eventsBefore130,
  "1.30": eventsOf130,
  "1.31": eventsOf131,
} as const satisfies Record<string, RegisteredEvents>;

export type EventEra = keyof typeof registeredEvents;
