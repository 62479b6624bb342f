import { claimNameOf } from "../model/claims.ts";
import type { Pod } from "../model/pod.ts";
import { type Deployment, type IntOrPercent, resolveIntOrPercent } from "../model/workload.ts";
import { possibleNodes } from "./possible-nodes.ts";
import type { Outcome } from "./rule.ts";

/** Whether a rolling restart of a workload starts a pod elsewhere before it ends one here. */
export type SurgeAnswer =
  | { readonly can: true; readonly deployment: Deployment; readonly arithmetic: string }
  /** `StatefulSet`, `strategy Recreate`, `volume data mounts on one node at a time`. */
  | { readonly can: false; readonly because: string };

/** Volumes in a pod's own spec that one node at a time may have. */
const exclusiveTypes = new Set([
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "iscsi",
  "rbd",
]);

/**
 * Whether `kubectl rollout restart` keeps a pod of this workload up while the one on the drained node is replaced.
 * Source: pkg/controller/deployment/util, ResolveFenceposts: a surge rounds up, what may be unavailable rounds down.
 */
export function canSurge(outcome: Outcome, pod: Pod): SurgeAnswer {
  const owner = outcome.index.controllerOf(pod);
  if (owner?.kind !== "Deployment")
    return {
      can: false,
      because: owner ? `a ${owner.kind} replaces no pod before it is gone` : "no Deployment",
    };
  const { strategy, replicas, paused } = owner;
  if (strategy.type === "Recreate") return { can: false, because: "strategy Recreate" };
  if (paused) return { can: false, because: "its rollout is paused" };
  const surge = resolveIntOrPercent(strategy.maxSurge, replicas, "up");
  const floor = resolveIntOrPercent(strategy.maxUnavailable, replicas, "down");
  const unavailable = surge === 0 && floor === 0 ? 1 : floor;
  const up = `surge ${share(strategy.maxSurge, replicas, "up")} = ${surge}`;
  const down = `unavailable ${share(strategy.maxUnavailable, replicas, "down")} = ${unavailable}`;
  if (surge === 0 || replicas - unavailable < 1) return { can: false, because: `${up}, ${down}` };
  const volume = exclusiveVolume(outcome, pod);
  if (volume !== undefined) return { can: false, because: `volume ${volume} mounts on one node at a time` };
  const elsewhere = possibleNodes(outcome.cluster, pod).filter(({ name }) => !outcome.drained.includes(name));
  if (elsewhere.length === 0) return { can: false, because: "no other node may run it" };
  return { can: true, deployment: owner, arithmetic: `${up}; ${down}` };
}

/** `25 % of 1, up`; a plain number stands for itself. */
function share(value: IntOrPercent, replicas: number, rounding: "up" | "down"): string {
  return typeof value === "number" ? String(value) : `${parseInt(value, 10)} % of ${replicas}, ${rounding}`;
}

/** The name of a volume that two nodes cannot have at once; one whose claim is not in the input counts as such. */
function exclusiveVolume({ cluster }: Outcome, pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes) {
    if (exclusiveTypes.has(volume.type)) return volume.name;
    const name = claimNameOf(pod, volume);
    // An ephemeral volume is the new pod's own: it is made where that pod goes.
    if (name === undefined || volume.type === "ephemeral") continue;
    const claim = cluster.objects.PersistentVolumeClaim.find(
      (each) => each.namespace === pod.namespace && each.name === name,
    );
    const modes = claim?.claim.accessModes ?? [];
    if (!modes.includes("ReadWriteMany") && !modes.includes("ReadOnlyMany")) return volume.name;
  }
  return undefined;
}
