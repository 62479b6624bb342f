import { clusterAutoscalerFacts as facts } from "../facts/cluster-autoscaler.ts";
import { ownLabel } from "../facts/node-agents.ts";
import { parseDuration } from "../lib/duration.ts";
import { topologyLabel } from "../model/affinity.ts";
import type { Cluster } from "../model/cluster.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { nodeOwner } from "../model/node-owner.ts";
import { matchesSelector } from "../model/selector.ts";
import type { Assumptions, Duration, NodePoolAssumption } from "./assumptions.ts";

/** A pool of nodes that somebody makes larger when pods find no room. */
export interface NodePool {
  readonly name: string;
  /** The nodes that are in it at the start. */
  readonly members: readonly string[];
  /** The node whose shape a new one has. */
  readonly pattern: Node;
  readonly min: number;
  readonly max: number;
  readonly join?: Duration;
  /** A node that has been empty for so long is taken away, in milliseconds; undefined: none is. */
  readonly emptyMillis?: number;
  readonly origin: "plan" | "flag";
}

export interface NodePools {
  readonly pools: readonly NodePool[];
  /** Groups that an autoscaler's flags name and of which no node is seen; and that it finds by itself. */
  readonly unknown: readonly string[];
}

/** The pools that the plan declares; without any, those that the flags of a cluster autoscaler name. */
export function nodePools(cluster: Cluster, { nodePools: declared = [] }: Assumptions): NodePools {
  if (declared.length === 0) return flaggedPools(cluster);
  const pools = declared.flatMap((pool): NodePool[] => {
    const { name, like, min, max, join, scaleDown } = pool;
    const pattern = cluster.objects.Node.find((node) => node.name === like);
    if (!pattern) return [];
    return [
      {
        name,
        members: membersOf(cluster, pool, pattern),
        pattern,
        min,
        max,
        ...(join === undefined ? {} : { join }),
        ...(scaleDown === undefined ? {} : { emptyMillis: scaleDown }),
        origin: "plan",
      },
    ];
  });
  return { pools, unknown: [] };
}

/** By its selector; else those of the same owner's pool; else those alike in all labels but name and place. */
function membersOf(cluster: Cluster, { selector }: NodePoolAssumption, pattern: Node): readonly string[] {
  const nodes = cluster.objects.Node;
  if (selector)
    return nodes.filter(({ labels }) => matchesSelector(selector, labels)).map(({ name }) => name);
  const { owner } = nodeOwner(pattern, cluster);
  const isAlike = (node: Node): boolean => {
    if (owner && owner.pool !== "") return nodeOwner(node, cluster).owner?.name === owner.name;
    return !isControlPlane(node) && likeness(node) === likeness(pattern);
  };
  return nodes.filter(isAlike).map(({ name }) => name);
}

const ownLabels: ReadonlySet<string> = new Set([ownLabel, topologyLabel.zone, topologyLabel.region]);

function likeness({ labels }: Node): string {
  const entries = Object.entries(labels).filter(([key]) => !ownLabels.has(key));
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `--nodes=min:max:group` of each cluster autoscaler that the input shows. */
function flaggedPools(cluster: Cluster): NodePools {
  const pools: NodePool[] = [];
  const unknown: string[] = [];
  for (const flags of autoscalerFlags(cluster)) {
    if (flags["node-group-auto-discovery"] !== undefined)
      unknown.push("groups that the cluster autoscaler finds by itself (node-group-auto-discovery)");
    for (const text of (flags["nodes"] ?? "").split(",").filter((each) => each !== "")) {
      const match = /^(\d+):(\d+):(.+)$/.exec(text);
      const group = match?.[3] ?? text;
      const members = cluster.objects.Node.filter((node) => isOfGroup(cluster, node, group));
      const [pattern] = members;
      if (!match || !pattern)
        unknown.push(`the cluster autoscaler's group ${group}, of which no node is seen`);
      else
        pools.push({
          name: shortName(group),
          members: members.map(({ name }) => name),
          pattern,
          min: Number(match[1]),
          max: Number(match[2]),
          ...(flags["scale-down-enabled"] === "false"
            ? {}
            : {
                emptyMillis: parseDuration(flags["scale-down-unneeded-time"] ?? "") ?? facts.unneededMillis,
              }),
          origin: "flag",
        });
    }
  }
  return { pools, unknown: [...new Set(unknown)] };
}

function autoscalerFlags({ objects }: Cluster): readonly Readonly<Record<string, string>>[] {
  const specs = [
    ...objects.Deployment.map(({ template }) => template.spec),
    ...objects.Pod.filter(({ owners }) => owners.length === 0).map(({ spec }) => spec),
  ];
  return specs.flatMap(({ containers }) =>
    containers.flatMap(({ commandLine }) =>
      commandLine?.program === "cluster-autoscaler" ? [commandLine.flags] : [],
    ),
  );
}

/**
 * Whether a node is of a group, which is named as its cloud does: `eks-general-1ab2` for the EKS node group general,
 * `nodes.example.com` for the kops group nodes, `MachineDeployment/default/general` for Cluster API.
 */
function isOfGroup(cluster: Cluster, node: Node, group: string): boolean {
  const pool = nodeOwner(node, cluster).owner?.pool ?? "";
  const values = new Set([pool, ...Object.values(node.labels)]);
  values.delete("");
  for (const value of values) {
    if (value === group || group.endsWith(`/${value}`)) return true;
    if (value === pool && (group.startsWith(`eks-${value}-`) || group.startsWith(`${value}.`))) return true;
  }
  return false;
}

/** A name from which names of nodes can be made. */
function shortName(group: string): string {
  const name = group
    .split("/")
    .at(-1)!
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "-");
  return /^[a-z0-9]/.test(name) ? name : `pool-${name}`;
}
