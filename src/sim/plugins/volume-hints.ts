import type { Pod } from "../../model/pod.ts";
import type { CSIDriver, CSINode, CSIStorageCapacity, PersistentVolumeClaim } from "../../model/volume.ts";
import { claimName, type PodInfo } from "../scheduler/pod-info.ts";
import type { Change } from "./cluster-events.ts";
import { inlineDriver } from "./node-volume-limits.ts";
import { type HintContext, holdsPlace, on, type Registration } from "./queueing-hint.ts";
import { hasDiskConflict } from "./volume-restrictions.ts";
import { volumeTopologies } from "./volume-zone.ts";

/**
 * What wakes pods that were rejected for their volumes.
 * Source: EventsToRegister and the isSchedulableAfter… functions of each plugin under its name.
 */

/** Whether the claim is one of the pod's; `withEphemeral`: also one that was made for it. */
function isClaimed({ pod }: PodInfo, claim: PersistentVolumeClaim, withEphemeral: boolean): boolean {
  return (
    claim.namespace === pod.namespace &&
    pod.spec.volumes.some(
      (volume) =>
        (withEphemeral || volume.type === "persistentVolumeClaim") && claimName(pod, volume) === claim.name,
    )
  );
}

const isOwnClaim = (pod: PodInfo, { after }: Change<PersistentVolumeClaim>) => isClaimed(pod, after!, true);
const isNamedClaim = (pod: PodInfo, { after }: Change<PersistentVolumeClaim>) =>
  isClaimed(pod, after!, false);

function claimNames({ spec }: Pod): ReadonlySet<string> {
  return new Set(
    spec.volumes.flatMap((volume) => (volume.type === "persistentVolumeClaim" ? [volume.claimName] : [])),
  );
}

/** A pod goes whose disks or claims this one wants. */
function freesVolume(pod: PodInfo, { before }: Change<Pod>, { infoOf }: HintContext): boolean {
  if (before!.namespace !== pod.pod.namespace) return false;
  if (hasDiskConflict(pod, [infoOf(before!)])) return true;
  const wanted = claimNames(pod.pod);
  return [...claimNames(before!)].some((name) => wanted.has(name));
}

/** A pod goes that had something attached. */
function detaches(_pod: PodInfo, { before }: Change<Pod>): boolean {
  return (
    holdsPlace(before!) &&
    before!.spec.volumes.some(
      (volume) => claimName(before!, volume) !== undefined || inlineDriver(volume) !== undefined,
    )
  );
}

function hasHigherLimit(_pod: PodInfo, { before, after }: Change<CSINode>): boolean {
  const limits = new Map(before!.drivers.map(({ name, allocatableCount }) => [name, allocatableCount ?? 0]));
  return after!.drivers.some(
    ({ name, allocatableCount }) => (allocatableCount ?? 0) > (limits.get(name) ?? 0),
  );
}

const volumeLimit = ({ maximumVolumeBytes, capacityBytes }: CSIStorageCapacity) =>
  maximumVolumeBytes ?? capacityBytes;

function hasMoreSpace(_pod: PodInfo, { before, after }: Change<CSIStorageCapacity>): boolean {
  if (!before) return true;
  const [had, has] = [volumeLimit(before), volumeLimit(after!)];
  return has !== undefined && (had === undefined || has > had);
}

/** A driver whose inline volumes the pod mounts no longer reports how much space it has. */
function reportsNoSpace({ pod }: PodInfo, { before, after }: Change<CSIDriver>): boolean {
  const isUsed = pod.spec.volumes.some(({ type, ...volume }) =>
    type === "csi" && "driver" in volume ? volume.driver === after!.name : false,
  );
  return isUsed && before!.storageCapacity && !after!.storageCapacity;
}

const migratedPlugins = "storage.alpha.kubernetes.io/migrated-plugins";

export const volumeHints: Readonly<Record<string, readonly Registration[]>> = {
  VolumeRestrictions: [
    on("Pod", ["Delete"], freesVolume),
    on("Node", ["Add"]),
    on("PersistentVolumeClaim", ["Add"], isNamedClaim),
  ],
  NodeVolumeLimits: [
    on("CSINode", ["Add"]),
    on("CSINode", ["Update"], hasHigherLimit),
    on("Pod", ["Delete"], detaches),
    on("PersistentVolumeClaim", ["Add"], isOwnClaim),
    on("VolumeAttachment", ["Delete"], ({ pod }, { before }) =>
      pod.spec.volumes.some(
        (volume) => volume.type === "persistentVolumeClaim" || inlineDriver(volume) === before!.attacher,
      ),
    ),
  ],
  VolumeBinding: [
    on(
      "StorageClass",
      ["Add", "Update"],
      (_pod, { before, after }) =>
        !before || JSON.stringify(before.allowedTopologies) !== JSON.stringify(after!.allowedTopologies),
    ),
    on("PersistentVolumeClaim", ["Add", "Update"], isOwnClaim),
    on("PersistentVolume", ["Add", "Update"]),
    on("Node", ["Add", "UpdateNodeLabel"]),
    on(
      "CSINode",
      ["Add", "Update"],
      (_pod, { before, after }) =>
        !before || before.annotations[migratedPlugins] !== after!.annotations[migratedPlugins],
    ),
    on("CSIDriver", ["Update"], reportsNoSpace),
    on("CSIStorageCapacity", ["Add", "Update"], hasMoreSpace),
  ],
  VolumeZone: [
    on("StorageClass", ["Add"], (_pod, { after }) => after!.volumeBindingMode === "WaitForFirstConsumer"),
    on("Node", ["Add", "UpdateNodeLabel"]),
    on("PersistentVolumeClaim", ["Add", "Update"], isNamedClaim),
    on("PersistentVolume", ["Add", "Update"], (_pod, { before, after }) => {
      const zones = (volume: typeof after) =>
        volumeTopologies(volume!).map(({ key, values }) => [key, [...values].sort()]);
      return !before || JSON.stringify(zones(before)) !== JSON.stringify(zones(after));
    }),
  ],
};
