import type { Labels, OwnerReference } from "../../model/meta.ts";
import type { PersistentVolumeClaim, VolumeClaimSpec } from "../../model/volume.ts";
import type { StatefulSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { createObject } from "../state/object-writes.ts";

/** Makes the claims of a StatefulSet's pod that are not there yet. They outlive the pod. */
export function claimsFor(sim: Sim, set: StatefulSet, ordinal: number, cause: number): void {
  for (const { name, labels, claim } of set.claimTemplates)
    createClaim(
      sim,
      { namespace: set.namespace, name: `${name}-${set.name}-${ordinal}`, labels, claim, owners: [] },
      cause,
    );
}

export interface ClaimRequest {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly owners: readonly OwnerReference[];
  readonly claim: VolumeClaimSpec;
}

/** Makes a claim, if it is not there yet. One that names no class gets the default class, as admission has it. */
export function createClaim(sim: Sim, request: ClaimRequest, cause: number): void {
  const { namespace, name, claim } = request;
  if (sim.state.tables.PersistentVolumeClaim.has(`${namespace}/${name}`)) return;
  const object: PersistentVolumeClaim = {
    kind: "PersistentVolumeClaim",
    apiVersion: "v1",
    ...request,
    uid: `${namespace}/${name}`,
    annotations: {},
    finalizers: [],
    createdAt: Math.floor(sim.epoch() / 1_000) * 1_000,
    claim: claim.storageClassName === undefined ? { ...claim, ...defaultClass(sim) } : claim,
    volumeName: "",
    phase: "Pending",
  };
  createObject(sim, "PersistentVolumeClaim", object, cause);
}

/** Of several default classes the newest is taken. Source: plugin/pkg/admission/storage/storageclass/setdefault. */
function defaultClass(sim: Sim): { readonly storageClassName?: string } {
  const defaults = [...sim.state.tables.StorageClass.values()].filter(({ isDefault }) => isDefault);
  defaults.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.name < b.name ? -1 : 1));
  return defaults[0] ? { storageClassName: defaults[0].name } : {};
}
