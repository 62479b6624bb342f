import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Labels } from "../../model/meta.ts";
import type { Node, NodeCondition } from "../../model/node.ts";
import type { Pod, Resources } from "../../model/pod.ts";
import type { Taint } from "../../model/taint.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from "../../model/volume.ts";
import { podRequests } from "../scheduler/pod-requests.ts";

/**
 * What happens in a cluster that may let a pod be scheduled which could not be before.
 * Source: k8s.io/kube-scheduler/framework/types.go (ClusterEvent), pkg/scheduler/framework/events.go.
 */

/** The objects that events are about. A pod here is one on a node, or one that waits, as its `nodeName` says. */
export interface EventObjects {
  readonly Node: Node;
  readonly Pod: Pod;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly StorageClass: StorageClass;
  readonly CSINode: CSINode;
  readonly CSIDriver: CSIDriver;
  readonly CSIStorageCapacity: CSIStorageCapacity;
  readonly VolumeAttachment: VolumeAttachment;
}

export type EventResource = keyof EventObjects;

/** `Update` is a change that has no name of its own. */
export type EventAction =
  | "Add"
  | "Delete"
  | "Update"
  | "UpdateNodeAllocatable"
  | "UpdateNodeLabel"
  | "UpdateNodeTaint"
  | "UpdateNodeCondition"
  | "UpdateNodeAnnotation"
  | "UpdatePodLabel"
  | "UpdatePodScaleDown"
  | "UpdatePodToleration"
  | "UpdatePodSchedulingGatesEliminated";

/** The object before and after; one of them is missing where it was added or deleted. */
export interface Change<T> {
  readonly before?: T;
  readonly after?: T;
}

export type ClusterEvent = {
  readonly [R in EventResource]: Change<EventObjects[R]> & {
    readonly resource: R;
    readonly action: EventAction;
  };
}[EventResource];

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

function sameMap(a: Labels | Resources, b: Labels | Resources): boolean {
  const keys = Object.keys(a);
  return (
    a === b ||
    (keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]))
  );
}

/** The events of a node that came, changed or went, one for each thing that changed. */
export function nodeEvents({ before, after }: Change<Node>): readonly ClusterEvent[] {
  if (!before || !after) {
    if (after) return [{ resource: "Node", action: "Add", after }];
    return before ? [{ resource: "Node", action: "Delete", before }] : [];
  }
  const actions: EventAction[] = [];
  if (before.unschedulable && !after.unschedulable) actions.push("UpdateNodeTaint");
  if (!sameMap(before.allocatable, after.allocatable)) actions.push("UpdateNodeAllocatable");
  if (!sameMap(before.labels, after.labels)) actions.push("UpdateNodeLabel");
  if (!same(taintsOf(before), taintsOf(after))) actions.push("UpdateNodeTaint");
  if (!same(conditionsOf(before), conditionsOf(after))) actions.push("UpdateNodeCondition");
  if (!sameMap(before.annotations, after.annotations)) actions.push("UpdateNodeAnnotation");
  return actions.map((action) => ({ resource: "Node", action, before, after }));
}

const taintsOf = ({ taints }: Node): readonly Taint[] => taints;
const conditionsOf = ({ conditions }: Node) =>
  conditions.map(({ type, status }: NodeCondition) => `${type} ${status}`).sort();

/** The events of a pod that came, changed or went. */
export function podEvents(
  { before, after }: Change<Pod>,
  behaviour: SchedulerBehaviour,
): readonly ClusterEvent[] {
  if (!before || !after) {
    if (after) return [{ resource: "Pod", action: "Add", after }];
    return before ? [{ resource: "Pod", action: "Delete", before }] : [];
  }
  const actions: EventAction[] = [];
  if (!sameMap(before.labels, after.labels)) actions.push("UpdatePodLabel");
  if (isScaledDown(before, after, behaviour)) actions.push("UpdatePodScaleDown");
  const gates = ({ spec }: Pod) => spec.schedulingGates.length;
  if (gates(before) > 0 && gates(after) === 0) actions.push("UpdatePodSchedulingGatesEliminated");
  if (before.spec.tolerations.length !== after.spec.tolerations.length) actions.push("UpdatePodToleration");
  if (actions.length === 0) actions.push("Update");
  return actions.map((action) => ({ resource: "Pod", action, before, after }));
}

function isScaledDown(before: Pod, after: Pod, behaviour: SchedulerBehaviour): boolean {
  if (before.spec === after.spec && before.status === after.status) return false;
  const requestsOf = ({ spec, status }: Pod) =>
    podRequests(spec, { behaviour, status: behaviour.inPlaceResize ? status : undefined });
  const now = requestsOf(after);
  return [...requestsOf(before)].some(([name, amount]) => (now.get(name) ?? -1) < amount);
}
