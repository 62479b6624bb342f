import { labelValue, type Labels } from "../../model/meta.ts";
import { matchesSelector } from "../../model/selector.ts";
import type { CSIStorageCapacity, PersistentVolume, PersistentVolumeClaim } from "../../model/volume.ts";
import { classOfClaim, classOfVolume, type SchedulerListers } from "../scheduler/listers.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import { matchesTerms } from "./node-selector-terms.ts";

/** Which volume a claim can be bound to on a node. Source: component-helpers/storage/volume/pv_helpers.go. */

const bindCompleted = "pv.kubernetes.io/bind-completed";
const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";

/** Whether the claim has its volume for good; one that only names a volume has not. */
export function isFullyBound(claim: PersistentVolumeClaim): boolean {
  return claim.volumeName !== "" && Object.hasOwn(claim.annotations, bindCompleted);
}

/** The node that was chosen for the volume that is being made for the claim. */
export function selectedNode(claim: PersistentVolumeClaim): string | undefined {
  return labelValue(claim.annotations, selectedNodeAnnotation);
}

/** Whether the volume can be reached from a node with these labels. */
export function isReachable(volume: PersistentVolume, labels: Labels): boolean {
  return volume.nodeTerms === undefined || matchesTerms(volume.nodeTerms, { labels, name: undefined });
}

/** Whether the volume is reserved for the claim. */
function isReservedFor({ claimRef }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (
    claimRef !== undefined &&
    claimRef.name === claim.name &&
    claimRef.namespace === claim.namespace &&
    (claimRef.uid === "" || claimRef.uid === claim.uid)
  );
}

/** Whether the volume could hold what the claim asks for, wherever it is. */
function isSuitable(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { requestBytes, volumeMode, attributesClassName } = claim.claim;
  return (
    volume.capacityBytes >= requestBytes &&
    volume.volumeMode === volumeMode &&
    volume.attributesClassName === attributesClassName &&
    volume.deletion === undefined
  );
}

/** Whether a volume that nobody has reserved may be given to the claim. */
function isFreeFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { selector, accessModes } = claim.claim;
  return (
    volume.phase === "Available" &&
    (selector === undefined || matchesSelector(selector, volume.labels)) &&
    classOfVolume(volume) === classOfClaim(claim) &&
    accessModes.every((mode) => volume.accessModes.includes(mode))
  );
}

/** The volume reserved for the claim, else the smallest that fits, among those that the node can reach. */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  labels: Labels,
  excluded: ReadonlySet<PersistentVolume>,
): PersistentVolume | undefined {
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (excluded.has(volume) || !isSuitable(volume, claim)) continue;
    if (isReservedFor(volume, claim)) return isReachable(volume, labels) ? volume : undefined;
    if (volume.claimRef !== undefined || !isFreeFor(volume, claim) || !isReachable(volume, labels)) continue;
    if (!smallest || volume.capacityBytes < smallest.capacityBytes) smallest = volume;
  }
  return smallest;
}

function isSufficient({ maximumVolumeBytes, capacityBytes }: CSIStorageCapacity, bytes: number): boolean {
  const limit = maximumVolumeBytes ?? capacityBytes;
  return limit !== undefined && limit >= bytes;
}

/** Whether the driver that would make a volume for the claim has room that the node can reach, if it tells at all. */
export function hasCapacityFor(
  claim: PersistentVolumeClaim,
  provisioner: string,
  node: NodeInfo,
  listers: SchedulerListers,
): boolean {
  if (!listers.csiDriver(provisioner)?.storageCapacity) return true;
  const className = classOfClaim(claim);
  for (const capacity of listers.storageCapacities()) {
    if (capacity.storageClassName !== className || !isSufficient(capacity, claim.claim.requestBytes))
      continue;
    if (capacity.nodeTopology !== undefined && matchesSelector(capacity.nodeTopology, node.labels))
      return true;
  }
  return false;
}
