import { poolLabels } from "../facts/platforms.ts";
import type { NodeOwnerKind } from "../facts/node-owners.ts";
import { byText, groupBy } from "../lib/order.ts";
import { zoneOf } from "./affinity.ts";
import type { Cluster } from "./cluster.ts";
import { labelValue } from "./meta.ts";
import { isControlPlane, type Node } from "./node.ts";
import { isMachineless, nodeOwner } from "./node-owner.ts";

/** Workers that are alike and managed together. */
export interface NodePool {
  /** Empty for those that nothing puts in a pool. */
  readonly name: string;
  readonly owner?: NodeOwnerKind;
  readonly nodes: readonly Node[];
  /** The label that all of them have and no other node has; undefined: only their names tell them. */
  readonly label?: readonly [key: string, value: string];
  /** Zones in which it has nodes; one where no node names its zone. */
  readonly zones: readonly string[];
}

/**
 * The workers of a cluster by pool: by the mark of their owner, else by a label that people use for it; by name, those
 * without a pool last. Nodes that stand for no machine are in none.
 */
export function poolsOf(cluster: Cluster): readonly NodePool[] {
  const workers = cluster.objects.Node.filter((node) => !isControlPlane(node) && !isMachineless(node));
  const groups = groupBy(workers, (node) => keyOf(node, cluster));
  return [...groups]
    .sort(([a], [b]) => Number(a === "") - Number(b === "") || byText(a, b))
    .map(([, nodes]) => poolOf(nodes, cluster));
}

function keyOf(node: Node, cluster: Cluster): string {
  const { owner } = nodeOwner(node, cluster);
  if (owner) return `${owner.pool} ${owner.kind}`;
  return poolLabels.map((key) => labelValue(node.labels, key)).find((value) => value !== undefined) ?? "";
}

function poolOf(nodes: readonly Node[], cluster: Cluster): NodePool {
  const first = nodes[0]!;
  const { owner } = nodeOwner(first, cluster);
  const name = owner ? owner.pool : keyOf(first, cluster);
  const keys = owner ? (owner.fact.poolMarks ?? owner.fact.marks) : poolLabels;
  const label = keys
    .map((key) => [key, labelValue(first.labels, key) ?? ""] as const)
    .find(([key, value]) => value !== "" && isOnlyTheirs(key, value, nodes, cluster));
  return {
    name,
    ...(owner ? { owner: owner.kind } : {}),
    nodes,
    ...(label ? { label } : {}),
    zones: [...new Set(nodes.map(({ labels }) => zoneOf(labels)))].sort(byText),
  };
}

function isOnlyTheirs(key: string, value: string, nodes: readonly Node[], cluster: Cluster): boolean {
  const all = cluster.objects.Node.filter(({ labels }) => labelValue(labels, key) === value);
  return all.length === nodes.length && nodes.every(({ labels }) => labelValue(labels, key) === value);
}
