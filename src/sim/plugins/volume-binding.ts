import type { PersistentVolume, PersistentVolumeClaim } from "../../model/volume.ts";
import { classOfClaim } from "../scheduler/listers.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import { claimName } from "../scheduler/pod-info.ts";
import { isClaimOf, notOwnerReason } from "./node-volume-limits.ts";
import { matchesTerms } from "./node-selector-terms.ts";
import {
  type Cycle,
  type FilterPlugin,
  type PreFilterOutcome,
  type ScorePlugin,
  skip,
  status,
  type Status,
} from "./plugin.ts";
import {
  findMatchingVolume,
  hasCapacityFor,
  isFullyBound,
  isReachable,
  selectedNode,
} from "./volume-matching.ts";
import { notFound } from "./volume-restrictions.ts";

const name = "VolumeBinding";
const unresolvable = (...reasons: readonly string[]) =>
  status(name, "UnschedulableAndUnresolvable", ...reasons);

const bindConflict = "node(s) didn't find available persistent volumes to bind";
const notEnoughSpace = "node(s) did not have enough free storage";
const volumeNotExist = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
const unboundImmediate = unresolvable("pod has unbound immediate PersistentVolumeClaims");

/** What has to happen to a pod's claims once it is placed: volumes bound to them, or made for them. */
export interface PodVolumes {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** Claims whose volume is to be provisioned for the chosen node. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

export interface VolumeBindingState {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Claims that wait for their first consumer. */
  readonly delayed: readonly PersistentVolumeClaim[];
  /** What would happen on each node that passed. */
  readonly volumes: Map<NodeInfo, PodVolumes>;
}

/** All claims of the pod, or why it cannot be placed with them. */
function podClaims({ pod: { pod, spec }, view: { listers } }: Cycle): PersistentVolumeClaim[] | Status {
  const claims: PersistentVolumeClaim[] = [];
  for (const volume of spec.volumes) {
    const claimed = claimName(pod, volume);
    if (claimed === undefined) continue;
    const quoted = JSON.stringify(claimed);
    const claim = listers.claim(pod.namespace, claimed);
    if (!claim && volume.type === "ephemeral")
      return unresolvable(
        `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`,
      );
    if (!claim) return unresolvable(notFound("persistentvolumeclaim", claimed));
    if (claim.phase === "Lost")
      return unresolvable(
        `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.volumeName)}`,
      );
    if (claim.deletion) return unresolvable(`persistentvolumeclaim ${quoted} is being deleted`);
    if (volume.type === "ephemeral" && !isClaimOf(pod, claim))
      return unresolvable(notOwnerReason(pod, claim));
    claims.push(claim);
  }
  return claims;
}

/** Whether the volume of an unbound claim may wait for the pod to be placed. */
function isDelayed(claim: PersistentVolumeClaim, { view: { listers } }: Cycle): boolean {
  const mode = listers.storageClass(classOfClaim(claim))?.volumeBindingMode;
  return mode === "WaitForFirstConsumer" && claim.volumeName === "";
}

/** Whether the volumes that the pod has already can be reached, and are there. */
function checkBound(
  claims: readonly PersistentVolumeClaim[],
  node: NodeInfo,
  { view: { listers } }: Cycle,
): "ok" | "unreachable" | "missing" {
  for (const { volumeName } of claims) {
    const volume = listers.volume(volumeName);
    if (!volume) return "missing";
    if (!isReachable(volume, node.labels)) return "unreachable";
  }
  return "ok";
}

type Provisioning = "ok" | "impossible" | "full";

/** Whether volumes could be made for the claims on this node. */
function checkProvisioning(
  claims: readonly PersistentVolumeClaim[],
  node: NodeInfo,
  { view: { listers } }: Cycle,
): Provisioning {
  for (const claim of claims) {
    const storageClass = listers.storageClass(classOfClaim(claim));
    const provisioner = storageClass?.provisioner ?? "";
    if (provisioner === "" || provisioner === "kubernetes.io/no-provisioner") return "impossible";
    const topologies = storageClass!.allowedTopologies;
    if (topologies.length > 0 && !matchesTerms(topologies, { labels: node.labels, name: undefined }))
      return "impossible";
    if (!hasCapacityFor(claim, provisioner, node, listers)) return "full";
  }
  return "ok";
}

/** Finds volumes for the waiting claims, the smallest claim first; the others are to be provisioned. */
function planVolumes(
  delayed: readonly PersistentVolumeClaim[],
  node: NodeInfo,
  cycle: Cycle,
): PodVolumes | "impossible" | "full" {
  const provisions: PersistentVolumeClaim[] = [];
  const toMatch: PersistentVolumeClaim[] = [];
  for (const claim of delayed) {
    const selected = selectedNode(claim);
    if (selected !== undefined && selected !== node.name) return "impossible";
    (selected === undefined ? toMatch : provisions).push(claim);
  }
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const taken = new Set<PersistentVolume>();
  for (const claim of toMatch.sort((a, b) => a.claim.requestBytes - b.claim.requestBytes)) {
    const candidates = cycle.view.listers.volumesOfClass(classOfClaim(claim));
    const volume = findMatchingVolume(claim, candidates, node.labels, taken);
    if (!volume) {
      provisions.push(claim);
      continue;
    }
    taken.add(volume);
    bindings.push({ claim, volume });
  }
  const provisioning = checkProvisioning(provisions, node, cycle);
  return provisioning === "ok" ? { bindings, provisions } : provisioning;
}

/** Binds claims and volumes where the pod goes. Source: volumebinding/volume_binding.go and binder.go. */
export const volumeBinding = {
  name,
  filterScope: "volumes",
  scoreScope: "never",
  preFilter(cycle): PreFilterOutcome<VolumeBindingState> {
    if (cycle.pod.spec.volumes.length === 0) return skip;
    const claims = podClaims(cycle);
    if ("code" in claims) return { kind: "rejected", status: claims };
    if (claims.length === 0) return skip;
    const unbound = claims.filter((claim) => !isFullyBound(claim));
    if (!unbound.every((claim) => isDelayed(claim, cycle)))
      return { kind: "rejected", status: unboundImmediate };
    return {
      kind: "state",
      state: { bound: claims.filter(isFullyBound), delayed: unbound, volumes: new Map() },
    };
  },
  filter(cycle, { bound, delayed, volumes }, node) {
    const reachable = checkBound(bound, node, cycle);
    const plan = delayed.length === 0 ? noVolumes : planVolumes(delayed, node, cycle);
    const reasons: string[] = [];
    if (reachable === "unreachable") reasons.push(cycle.behaviour.volumeNodeConflictReason);
    if (plan === "impossible") reasons.push(bindConflict);
    if (plan === "full") reasons.push(notEnoughSpace);
    if (reachable === "missing") reasons.push(volumeNotExist);
    if (reasons.length > 0) return unresolvable(...reasons);
    volumes.set(node, plan as PodVolumes);
    return undefined;
  },
  /** It scores only with the gate StorageCapacityScoring, which is off. */
  preScore: () => "skip" as const,
  score: () => 0,
} satisfies FilterPlugin<VolumeBindingState> & ScorePlugin;

const noVolumes: PodVolumes = { bindings: [], provisions: [] };
