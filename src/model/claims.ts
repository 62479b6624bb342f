import type { ClusterObjects } from "./cluster.ts";
import type { Pod, PodVolume } from "./pod.ts";
import type { PersistentVolume } from "./volume.ts";

/** The claim behind a volume of a pod, or undefined where it has none. Source: component-helpers/storage/ephemeral. */
export function claimNameOf(pod: { readonly name: string }, volume: PodVolume): string | undefined {
  if (volume.type === "persistentVolumeClaim") return volume.claimName;
  return volume.type === "ephemeral" ? `${pod.name}-${volume.name}` : undefined;
}

/** `namespace/name` of all claims that a pod mounts. */
export function claimKeysOf(pod: Pod): string[] {
  const names = pod.spec.volumes.map((volume) => claimNameOf(pod, volume));
  return names.filter((name) => name !== undefined).map((name) => `${pod.namespace}/${name}`);
}

/** What can find claims and volumes: a snapshot's lists, or a simulation's tables. */
export interface VolumeTables {
  readonly claims: ReadonlyMap<string, { readonly volumeName: string }>;
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
}

export function volumeTables({ PersistentVolumeClaim, PersistentVolume }: ClusterObjects): VolumeTables {
  return {
    claims: new Map(PersistentVolumeClaim.map((claim) => [`${claim.namespace}/${claim.name}`, claim])),
    volumes: new Map(PersistentVolume.map((volume) => [volume.name, volume])),
  };
}

/** The volumes that a pod mounts, as far as they are bound and known. */
export function volumesOf(pod: Pod, { claims, volumes }: VolumeTables): PersistentVolume[] {
  if (pod.spec.volumes.length === 0) return [];
  return claimKeysOf(pod)
    .map((key) => volumes.get(claims.get(key)?.volumeName ?? ""))
    .filter((volume) => volume !== undefined);
}
