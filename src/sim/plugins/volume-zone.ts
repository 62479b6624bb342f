import { topologyLabel } from "../../model/affinity.ts";
import { labelValue } from "../../model/meta.ts";
import type { PersistentVolume } from "../../model/volume.ts";
import { classOfClaim } from "../scheduler/listers.ts";
import { type Cycle, type FilterPlugin, type PreFilterOutcome, skip, status, type Status } from "./plugin.ts";
import { notFound } from "./volume-restrictions.ts";

const name = "VolumeZone";
const conflict = status(name, "UnschedulableAndUnresolvable", "node(s) had no available volume zone");
const unresolvable = (reason: string) => status(name, "UnschedulableAndUnresolvable", reason);

const zoneLabels = [
  topologyLabel.betaZone,
  topologyLabel.betaRegion,
  topologyLabel.zone,
  topologyLabel.region,
];

const newLabels: Readonly<Record<string, string>> = {
  [topologyLabel.betaZone]: topologyLabel.zone,
  [topologyLabel.betaRegion]: topologyLabel.region,
};

/** A zone or region label of a volume, with the values that it allows. */
export interface VolumeTopology {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

/** The zones and regions that a volume's labels name; several are joined by `__`. A label with an empty one is void. */
export function volumeTopologies(volume: PersistentVolume): readonly VolumeTopology[] {
  return zoneLabels.flatMap((key) => {
    const value = labelValue(volume.labels, key);
    const values = value?.split("__").map((zone) => zone.trim());
    return values && !values.includes("") ? [{ key, values: new Set(values) }] : [];
  });
}

/** The zones of the volumes behind the pod's claims, or why they cannot be known. */
function podTopologies({ pod: { pod, spec }, view: { listers } }: Cycle): readonly VolumeTopology[] | Status {
  const found: VolumeTopology[] = [];
  for (const volume of spec.volumes) {
    if (volume.type !== "persistentVolumeClaim") continue;
    if (volume.claimName === "") return unresolvable("PersistentVolumeClaim had no name");
    const claim = listers.claim(pod.namespace, volume.claimName);
    if (!claim) return unresolvable(notFound("persistentvolumeclaim", volume.claimName));
    if (claim.volumeName !== "") {
      const persistent = listers.volume(claim.volumeName);
      if (!persistent) return unresolvable(notFound("persistentvolume", claim.volumeName));
      found.push(...volumeTopologies(persistent));
      continue;
    }
    const className = classOfClaim(claim);
    if (className === "") return unresolvable("PersistentVolumeClaim had no pv name and storageClass name");
    const storageClass = listers.storageClass(className);
    if (!storageClass) return unresolvable(notFound("storageclass.storage.k8s.io", className));
    if (storageClass.volumeBindingMode !== "WaitForFirstConsumer")
      return unresolvable("PersistentVolume had no name");
  }
  return found;
}

/** Rejects nodes outside the zones that the labels of bound volumes name. Source: volumezone/volume_zone.go. */
export const volumeZone = {
  name,
  filterScope: "volumes",
  preFilter(cycle): PreFilterOutcome<readonly VolumeTopology[]> {
    if (cycle.pod.spec.volumes.length === 0) return skip;
    const topologies = podTopologies(cycle);
    if ("code" in topologies) return { kind: "rejected", status: topologies };
    return topologies.length === 0 ? skip : { kind: "state", state: topologies };
  },
  filter(_cycle, topologies, node) {
    // A node without any zone label belongs to a cluster of one zone.
    if (zoneLabels.every((key) => labelValue(node.labels, key) === undefined)) return undefined;
    for (const { key, values } of topologies) {
      const newKey = newLabels[key] ?? key;
      const value = labelValue(node.labels, key) ?? labelValue(node.labels, newKey);
      if (value === undefined || !values.has(value)) return conflict;
    }
    return undefined;
  },
} satisfies FilterPlugin<readonly VolumeTopology[]>;
