import { claimNameOf } from "../../model/claims.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { PersistentVolumeClaim, StorageClass } from "../../model/volume.ts";
import type { Sim } from "../sim.ts";
import { findMatchingVolume } from "../plugins/volume-matching.ts";
import { bindClaim, provisionVolume } from "../state/volume-writes.ts";
import { createClaim } from "./claims.ts";
import { defineController } from "./controller.ts";

/**
 * Binds claims that need not wait for a pod, and makes the claims of ephemeral volumes. Claims that wait for their
 * first consumer are the scheduler's. Source: pkg/controller/volume/persistentvolume, pkg/controller/volume/ephemeral.
 */
export const volumeController = defineController({
  name: "persistentvolume",
  wakesOn: {
    "pod.created": (sim, { pod }) => {
      const isEphemeral = sim.state.pod(pod)?.spec.volumes.some(({ type }) => type === "ephemeral");
      return isEphemeral ? [`pod ${pod}`] : [];
    },
    "object.created": (sim, { object }) => {
      const [namespace, kind, name] = object.split("/");
      if (kind === "PersistentVolumeClaim") return [`${namespace}/${name}`];
      return kind === "PersistentVolume" || object.startsWith("PersistentVolume/") ? unbound(sim) : [];
    },
  },
  // A claim that a running cluster has not bound so far has a reason that is not here: it stays as it is.
  initial: (sim) => (sim.cluster.isGenerated ? unbound(sim) : []),
  reconcile(sim, key, cause) {
    if (key.startsWith("pod ")) return claimEphemeral(sim, sim.state.pod(key.slice(4)), cause);
    const claim = sim.state.tables.PersistentVolumeClaim.get(key);
    if (!claim || claim.volumeName !== "") return;
    const storageClass = classOf(sim, claim);
    if (storageClass?.volumeBindingMode === "WaitForFirstConsumer") return;
    const volume = findMatchingVolume(claim, [...sim.state.tables.PersistentVolume.values()], {}, new Set());
    if (volume) bindClaim(sim, claim, volume, cause);
    else if (storageClass && canProvision(storageClass)) {
      const [first] = sim.state.tables.Node.values();
      provisionVolume(sim, claim, storageClass, first, cause);
    }
  },
});

function unbound(sim: Sim): string[] {
  return [...sim.state.tables.PersistentVolumeClaim.values()]
    .filter(({ volumeName }) => volumeName === "")
    .map(keyOf);
}

function classOf(sim: Sim, { claim }: PersistentVolumeClaim): StorageClass | undefined {
  return sim.state.tables.StorageClass.get(claim.storageClassName ?? "");
}

function canProvision({ provisioner }: StorageClass): boolean {
  return provisioner !== "" && provisioner !== "kubernetes.io/no-provisioner";
}

/** The claims of a pod's ephemeral volumes: they belong to the pod, and go with it. */
function claimEphemeral(sim: Sim, pod: Pod | undefined, cause: number): void {
  for (const volume of pod?.spec.volumes ?? []) {
    if (volume.type !== "ephemeral" || !pod) continue;
    const { namespace, uid } = pod;
    const owner = { apiVersion: "v1", kind: "Pod", name: pod.name, uid, controller: true };
    const name = claimNameOf(pod, volume)!;
    createClaim(sim, { namespace, name, labels: {}, owners: [owner], claim: volume.claim }, cause);
  }
}
