import { nodeLifecycleFacts } from "../../facts/node-lifecycle.ts";
import { volumesOf, type VolumeTables } from "../../model/claims.ts";
import { isFinished, type Pod } from "../../model/pod.ts";
import { wellKnownTaint } from "../../model/taint.ts";
import type { PersistentVolume } from "../../model/volume.ts";
import { perSim } from "../per-sim.ts";
import type { Sim } from "../sim.ts";

/**
 * Volumes that one node at a time may mount: a pod on another node waits until no pod on the old node uses them,
 * and until they are detached there and attached here. Source: pkg/controller/volume/attachdetach; facts/timing.json.
 */
export class Attachments {
  /** Where each volume is attached. */
  readonly #nodeOf = new Map<string, string>();
  /** When a volume whose node is gone silent lost its last pod there, in virtual milliseconds. */
  readonly #abandonedAt = new Map<string, number>();
  /** Until when the process of a pod whose object is gone already still uses a volume, in virtual milliseconds. */
  readonly #usedUntil = new Map<string, number>();

  constructor(sim: Sim) {
    for (const { volumeName, nodeName, attached } of sim.cluster.objects.VolumeAttachment)
      if (attached) this.#nodeOf.set(volumeName, nodeName);
    for (const pod of sim.state.pods()) {
      if (pod.nodeName === "" || isFinished(pod) || pod.status.phase === "Pending") continue;
      for (const { name } of exclusiveVolumes(sim, pod)) this.#nodeOf.set(name, pod.nodeName);
    }
  }

  /**
   * When the pod's volumes can be mounted on its node, at the earliest: at once, after a move, or not before another
   * pod is gone (undefined; ask again then).
   */
  earliest(sim: Sim, pod: Pod): { readonly at: number | undefined; readonly moved: boolean } {
    let at = sim.now;
    let moved = false;
    for (const volume of exclusiveVolumes(sim, pod)) {
      const node = this.#nodeOf.get(volume.name);
      if (node === pod.nodeName) continue;
      const from = node === undefined ? sim.now : this.#detachable(sim, volume, node);
      if (from === undefined) return { at: undefined, moved: true };
      moved = true;
      at = Math.max(at, from);
    }
    return { at, moved };
  }

  /** From now on the pod's volumes belong to its node. */
  take(sim: Sim, pod: Pod): void {
    for (const { name } of exclusiveVolumes(sim, pod)) {
      this.#nodeOf.set(name, pod.nodeName);
      this.#abandonedAt.delete(name);
      this.#usedUntil.delete(name);
    }
  }

  /** The pod's object is gone, and its process runs on until this moment: its node unmounts nothing before. */
  linger(sim: Sim, pod: Pod, until: number): void {
    for (const { name } of exclusiveVolumes(sim, pod))
      if (this.#nodeOf.get(name) === pod.nodeName) this.#usedUntil.set(name, until);
  }

  /** When a volume may be detached from a node; undefined while a pod there uses it. */
  #detachable(sim: Sim, volume: PersistentVolume, node: string): number | undefined {
    const users = sim.state.podsOnNode(node).filter((pod) => !isFinished(pod) && uses(sim, pod, volume));
    if (users.length > 0) return undefined;
    const object = sim.state.node(node);
    const isOutOfService = object?.taints.some(({ key }) => key === wellKnownTaint.outOfService);
    if (!object || isOutOfService) return sim.now;
    if (sim.state.isNodeUp(node)) return Math.max(sim.now, this.#usedUntil.get(volume.name) ?? 0);
    // A kubelet that does not answer has not unmounted it: the controller waits before it detaches by force.
    const since = this.#abandonedAt.get(volume.name) ?? sim.now;
    this.#abandonedAt.set(volume.name, since);
    return since + nodeLifecycleFacts.forceDetachMillis;
  }
}

export const attachmentsOf = perSim((sim) => new Attachments(sim));

/** The attachable volumes of a pod that only one node may have. */
function exclusiveVolumes(sim: Sim, pod: Pod): PersistentVolume[] {
  if (pod.spec.volumes.length === 0) return [];
  return volumesOf(pod, tablesOf(sim)).filter((volume) => isExclusive(sim, volume));
}

function tablesOf(sim: Sim): VolumeTables {
  return { claims: sim.state.tables.PersistentVolumeClaim, volumes: sim.state.tables.PersistentVolume };
}

/** Types that are not attached to a node before they are mounted. Source: the plugins under pkg/volume. */
const unattached = new Set(["local", "hostPath", "nfs", "cephfs", "azureFile"]);

function isExclusive(sim: Sim, { accessModes, source }: PersistentVolume): boolean {
  if (unattached.has(source.type)) return false;
  if (sim.state.tables.CSIDriver.get(source.driver)?.attachRequired === false) return false;
  return accessModes.some((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

function uses(sim: Sim, pod: Pod, volume: PersistentVolume): boolean {
  return volumesOf(pod, tablesOf(sim)).some(({ name }) => name === volume.name);
}
