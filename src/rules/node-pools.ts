import { ownLabel } from "../facts/node-agents.ts";
import { groupBy } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { labelValue } from "../model/meta.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { nodeOwner } from "../model/node-owner.ts";

/** Nodes that are meant to be alike. */
export interface NodePool {
  /** `EKS node group general`, `the control-plane nodes`, `the workers`. */
  readonly name: string;
  readonly nodes: readonly Node[];
}

/**
 * The pools of a cluster, in the order of their first nodes: by owner and pool where marks tell, else by role, operating
 * system and architecture.
 */
export function nodePools(cluster: Cluster): readonly NodePool[] {
  const groups = groupBy(cluster.objects.Node, (node) => {
    const { owner } = nodeOwner(node, cluster);
    if (owner && owner.pool !== "") return owner.name;
    const role = isControlPlane(node) ? "the control-plane nodes" : "the workers";
    const system = labelValue(node.labels, "kubernetes.io/os") ?? node.info.operatingSystem;
    return system === "" || system === "linux" ? role : `${role} with ${system}`;
  });
  return [...groups].map(([name, nodes]) => ({ name, nodes }));
}

/** Labels that say something of one node, or that whoever runs it sets and takes away again. */
export function isOwnLabel(key: string): boolean {
  return key === ownLabel || /(^|[./-])(hostname|host|node|nodename|machine|instance-id|uid)$/.test(key);
}

/**
 * What most of a pool have and a few have otherwise: undefined where the pool is too small to say what is usual, or where no
 * value has two thirds of it.
 */
export function usualValue(pool: readonly Node[], of: (node: Node) => string): string | undefined {
  const told = pool.filter((node) => of(node) !== "");
  if (told.length < smallestPool) return undefined;
  const [first] = [...groupBy(told, of)].sort((a, b) => b[1].length - a[1].length);
  return first && 3 * first[1].length >= 2 * told.length ? first[0] : undefined;
}

/** From this many nodes on one of them can be the odd one. */
const smallestPool = 3;
