import { volumeReach } from "../../facts/provisioners.ts";
import { type NodeSelectorTerm, topologyLabel, zoneOf } from "../../model/affinity.ts";
import { keyOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../model/volume.ts";
import type { Sim } from "../sim.ts";

/** Changes of claims and volumes. */

const bindCompleted = "pv.kubernetes.io/bind-completed";

/** Binds a claim and a volume to each other; returns the event's number. */
export function bindClaim(
  sim: Sim,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  cause: number,
): number {
  const { namespace, name, uid } = claim;
  sim.state.put("PersistentVolume", { ...volume, claimRef: { namespace, name, uid }, phase: "Bound" });
  const annotations = { ...claim.annotations, [bindCompleted]: "yes" };
  sim.state.put("PersistentVolumeClaim", { ...claim, annotations, volumeName: volume.name, phase: "Bound" });
  return sim.emit({ kind: "claim.bound", claim: keyOf(claim), volume: volume.name }, cause);
}

/**
 * Makes a volume for a claim as its class's provisioner would, on or near this node, and binds them. Without a node
 * (a class that binds at once) the first node that the class allows stands for where the storage decides to put it.
 */
export function provisionVolume(
  sim: Sim,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: Node | undefined,
  cause: number,
): number {
  const nodeTerms = node && reachOf(storageClass, node);
  const volume: PersistentVolume = {
    kind: "PersistentVolume",
    apiVersion: "v1",
    name: `pvc-${claim.uid}`,
    namespace: "",
    uid: `pvc-${claim.uid}`,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
    createdAt: Math.floor(sim.epoch() / 1_000) * 1_000,
    accessModes: claim.claim.accessModes,
    capacityBytes: claim.claim.requestBytes,
    storageClassName: storageClass.name,
    volumeMode: claim.claim.volumeMode,
    reclaimPolicy: "Delete",
    attributesClassName: claim.claim.attributesClassName,
    source: { type: "csi", driver: storageClass.provisioner, handle: claim.uid },
    phase: "Available",
    ...(nodeTerms ? { nodeTerms } : {}),
  };
  return bindClaim(sim, claim, volume, cause);
}

/** The nodes that will reach the volume; undefined: all. */
function reachOf({ provisioner }: StorageClass, node: Node): readonly NodeSelectorTerm[] | undefined {
  const reach = volumeReach(provisioner) ?? "zone";
  const zone = zoneOf(node.labels);
  if (reach === "everywhere" || (reach === "zone" && zone === "")) return undefined;
  const key = reach === "node" ? topologyLabel.hostname : topologyLabel.zone;
  const value = reach === "node" ? node.name : zone;
  return [{ matchExpressions: [{ key, operator: "In", values: [value] }], matchFields: [] }];
}
