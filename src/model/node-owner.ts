import { isClusterAutoscaler } from "../facts/cluster-roles.ts";
import {
  clusterAutoscaler,
  machinelessLabels,
  type NodeOwnerFact,
  type NodeOwnerKind,
  nodeOwners,
  type Reaction,
  spareCapacities,
  type SpareCapacity,
} from "../facts/node-owners.ts";
import type { Cluster } from "./cluster.ts";
import { labelValue } from "./meta.ts";
import type { Node } from "./node.ts";
import { isFinished } from "./pod.ts";

/** Who made a node and may take it away again. */
export interface NodeOwner {
  readonly kind: NodeOwnerKind;
  /** `EKS node group general`: for a person. */
  readonly name: string;
  /** `general`; empty where nothing on the node names it. */
  readonly pool: string;
  readonly fact: NodeOwnerFact;
}

/** All who may do something to a node by themselves. */
export interface NodeOwnership {
  /** Undefined: nothing on the node tells of one. */
  readonly owner?: NodeOwner;
  /** Whether a cluster autoscaler runs in the cluster: it may have this node's group in its care, or not. */
  readonly isAutoscaled: boolean;
  /** The node's own word that nobody is to take it away: `karpenter.sh/do-not-disrupt`. */
  readonly leftAloneBy?: string;
  readonly spare?: SpareCapacity;
}

/** What may happen to a node, and by whom. */
export interface OwnerReaction extends Reaction {
  readonly who: string;
  readonly source: string;
}

/**
 * The owner of a node, by the marks that are on it; undefined: nothing tells. `cluster` is where the node is.
 * Source: src/facts/node-owners.ts.
 */
export function nodeOwner(node: Node, cluster: Cluster): NodeOwnership {
  const owner = ownerOf(node) ?? machineOwner(node, cluster);
  const isAutoscaled = owner?.kind !== "karpenter" && hasClusterAutoscaler(cluster);
  const words = [owner?.fact.leaves, isAutoscaled ? clusterAutoscaler.leaves : undefined];
  const leftAloneBy = words.find((word) => word && labelValue(node.annotations, word[0]) === word[1])?.[0];
  const spare = spareCapacities.find(({ label: [key, value] }) => labelValue(node.labels, key) === value);
  return {
    ...(owner ? { owner } : {}),
    isAutoscaled,
    ...(leftAloneBy === undefined ? {} : { leftAloneBy }),
    ...(spare ? { spare } : {}),
  };
}

/** What everybody who may do something does when a node is emptied, silent or deleted; those who do nothing are left out. */
export function reactionsTo(
  { owner, isAutoscaled, leftAloneBy }: NodeOwnership,
  what: "emptied" | "silent" | "deleted",
): readonly OwnerReaction[] {
  const all: OwnerReaction[] = [];
  if (owner) all.push({ ...owner.fact[what], who: owner.name, source: owner.fact.source });
  if (isAutoscaled)
    all.push({
      ...clusterAutoscaler[what],
      who: `the ${clusterAutoscaler.title}`,
      source: clusterAutoscaler.source,
    });
  // An annotation keeps a node from being taken as empty; what is broken or deleted is not spared by it.
  return all.filter(({ does }) => does !== "nothing" && !(what === "emptied" && leftAloneBy !== undefined));
}

/** Whether a node stands for no machine, as those of Fargate and of virtual kubelets: nobody upgrades or replaces it. */
export function isMachineless({ labels }: Node): boolean {
  return machinelessLabels.some(([key, value]) => labelValue(labels, key) === value);
}

function ownerOf(node: Node): NodeOwner | undefined {
  for (const [kind, fact] of Object.entries(nodeOwners) as [NodeOwnerKind, NodeOwnerFact][]) {
    const isOwned =
      fact.marks.some((key) => valueOf(node, key) !== undefined) ||
      (fact.reference !== undefined && node.owners.some((each) => each.kind === fact.reference));
    if (!isOwned) continue;
    const pool = poolOf(node, fact);
    return { kind, pool, name: pool === "" ? fact.title : `${fact.title} ${pool}`, fact };
  }
  return undefined;
}

/** A node that Cluster API has not marked, or not any more, is a Machine's that says so. */
function machineOwner({ name }: Node, { clusterApi }: Cluster): NodeOwner | undefined {
  const machine = clusterApi?.machines.find((each) => each.node === name);
  if (!machine) return undefined;
  const fact = nodeOwners["cluster-api"];
  const { owner: pool } = machine;
  return { kind: "cluster-api", pool, name: pool === "" ? fact.title : `${fact.title} ${pool}`, fact };
}

function poolOf(node: Node, { marks, poolMarks = marks, namesMachines, kindMark }: NodeOwnerFact): string {
  const value = poolMarks.map((key) => valueOf(node, key)).find((each) => each !== undefined) ?? "";
  const kind = kindMark === undefined ? undefined : valueOf(node, kindMark);
  if (!namesMachines || (kind !== undefined && kind !== "MachineSet")) return value;
  // Machines and MachineSets of one deployment are told apart by what stands after the last hyphen.
  return value.replace(/^.*\//, "").replace(/-[a-z0-9]+$/, "");
}

function valueOf({ labels, annotations }: Node, key: string): string | undefined {
  return labelValue(labels, key) ?? labelValue(annotations, key);
}

const known = new WeakMap<Cluster, boolean>();

/** Whether a cluster autoscaler runs in the cluster, or has left its taint on a node. Managed ones run elsewhere, unseen. */
function hasClusterAutoscaler(cluster: Cluster): boolean {
  let found = known.get(cluster);
  if (found === undefined)
    known.set(
      cluster,
      (found =
        cluster.objects.Pod.some(
          (pod) => !isFinished(pod) && pod.spec.containers.some(({ image }) => isClusterAutoscaler(image)),
        ) ||
        cluster.objects.Node.some(({ taints }) => taints.some(({ key }) => key === clusterAutoscaler.taint))),
    );
  return found;
}
