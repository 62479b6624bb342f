import type { PodVolume } from "../../model/pod.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import { type Cycle, type FilterPlugin, type PreFilterOutcome, skip, status, type Status } from "./plugin.ts";

const name = "VolumeRestrictions";
const diskConflict = status(name, "Unschedulable", "node(s) had no available disk");

/** What the API server says of an object that is not there. */
export function notFound(resource: string, objectName: string): string {
  return `${resource} ${JSON.stringify(objectName)} not found`;
}

interface RestrictionsState {
  /** Claims of the pod that one pod at a time may use, by name. */
  readonly exclusive: ReadonlySet<string>;
  /** How many of them are in use. */
  uses: number;
}

/** Whether a disk may be mounted by only so many pods of a node. */
function isRestricted({ type }: PodVolume): boolean {
  return (
    type === "gcePersistentDisk" || type === "awsElasticBlockStore" || type === "rbd" || type === "iscsi"
  );
}

/** Whether two volumes are one disk that both cannot mount on one node. EBS not at all, the others all read-only. */
function conflicts(a: PodVolume, b: PodVolume): boolean {
  if (a.type !== b.type) return false;
  switch (a.type) {
    case "awsElasticBlockStore":
      return a.id === (b as typeof a).id;
    case "gcePersistentDisk":
    case "iscsi":
      return a.id === (b as typeof a).id && !(a.readOnly && (b as typeof a).readOnly);
    case "rbd": {
      const other = b as typeof a;
      const isSame =
        a.pool === other.pool &&
        a.id === other.id &&
        a.monitors.some((monitor) => other.monitors.includes(monitor));
      return isSame && !(a.readOnly && other.readOnly);
    }
    default:
      return false;
  }
}

/** Whether a disk of the pod is mounted by one of these pods in a way that excludes it. */
export function hasDiskConflict(pod: PodInfo, others: readonly PodInfo[]): boolean {
  return pod.spec.volumes.some(
    (volume) =>
      isRestricted(volume) &&
      others.some(({ spec }) => spec.volumes.some((existing) => conflicts(volume, existing))),
  );
}

/** The pod's claims with access mode ReadWriteOncePod, or why they cannot be known. */
function exclusiveClaims({ pod: { pod, spec }, view, behaviour }: Cycle): Set<string> | Status {
  const names = new Set<string>();
  if (!behaviour.readWriteOncePod) return names;
  for (const volume of spec.volumes) {
    if (volume.type !== "persistentVolumeClaim") continue;
    const claim = view.listers.claim(pod.namespace, volume.claimName);
    if (!claim)
      return status(
        name,
        "UnschedulableAndUnresolvable",
        notFound("persistentvolumeclaim", volume.claimName),
      );
    if (claim.claim.accessModes.includes("ReadWriteOncePod")) names.add(claim.name);
  }
  return names;
}

/** A pod comes or goes. Its namespace is not asked, as upstream does not ask it. */
function updateWithPod(state: RestrictionsState, { spec }: PodInfo, delta: 1 | -1): void {
  for (const volume of spec.volumes)
    if (volume.type === "persistentVolumeClaim" && state.exclusive.has(volume.claimName)) state.uses += delta;
}

/** Keeps disks and claims from being used where they cannot be shared. Source: volumerestrictions/volume_restrictions.go. */
export const volumeRestrictions = {
  name,
  filterScope: "volumes",
  preFilter(cycle): PreFilterOutcome<RestrictionsState> {
    const { pod, view } = cycle;
    if (pod.spec.volumes.length === 0) return skip;
    const exclusive = exclusiveClaims(cycle);
    if ("code" in exclusive) return { kind: "rejected", status: exclusive };
    let uses = 0;
    for (const claim of exclusive) if (view.isClaimInUse(`${pod.pod.namespace}/${claim}`)) uses++;
    if (uses === 0 && !pod.spec.volumes.some(isRestricted)) return skip;
    return { kind: "state", state: { exclusive, uses } };
  },
  filter({ pod, behaviour }, { uses }, node: NodeInfo) {
    if (hasDiskConflict(pod, node.pods)) return diskConflict;
    return uses > 0 ? status(name, "Unschedulable", behaviour.readWriteOncePodReason) : undefined;
  },
  cloneState(state) {
    return { ...state };
  },
  addPod(_cycle, state, added) {
    updateWithPod(state, added, 1);
  },
  removePod(_cycle, state, removed) {
    updateWithPod(state, removed, -1);
  },
} satisfies FilterPlugin<RestrictionsState>;
