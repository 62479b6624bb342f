import { clusterApiMarks } from "../facts/cluster-api.ts";
import { managedUpgradeBy } from "../facts/managed-upgrades.ts";
import type { Cluster } from "../model/cluster.ts";
import { clusterApiControlPlane } from "../model/cluster-api-owner.ts";
import { isByKubeadm } from "../model/components.ts";
import { isControlPlane, type Node } from "../model/node.ts";
import { type NodePool, poolsOf } from "../model/node-pools.ts";
import { platformOf } from "../model/platform.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../model/version.ts";
import { strategyRefusal } from "./pool-strategies.ts";
import type { UpgradeOptions } from "./upgrade-options.ts";

/** Why no plan is made, and what would help. */
export interface UpgradeRefusal {
  readonly problem: string;
  readonly advice?: string;
}

/** Why no plan can be made that brings a cluster from a version to another; undefined: one can. */
export function refusalOf(
  cluster: Cluster,
  current: Version,
  target: Version,
  options: UpgradeOptions,
): UpgradeRefusal | undefined {
  return ofVersions(cluster, current, target) ?? ofPlatform(cluster) ?? ofOptions(cluster, options);
}

function ofVersions(cluster: Cluster, current: Version, target: Version): UpgradeRefusal | undefined {
  const [from, to] = [formatVersion(current), formatVersion(target)];
  if (compareVersions(target, current) < 0)
    return {
      problem: `--to ${to} is older than the control plane, which is at ${from}: there is no way back`,
    };
  const isBehind = (node: Node) => {
    const version = parseVersion(node.info.kubeletVersion);
    return version !== undefined && compareVersions(version, target) < 0;
  };
  if (compareVersions(target, current) === 0 && !cluster.objects.Node.some(isBehind))
    return { problem: `the cluster is at ${to} already` };
  return undefined;
}

function ofPlatform(cluster: Cluster): UpgradeRefusal | undefined {
  const platform = platformOf(cluster);
  const fact = managedUpgradeBy(platform?.name);
  const planes = cluster.objects.Node.filter(isControlPlane);
  const byHand = "A plan of your own can be rehearsed: docs/plan.md";
  if (platform && fact && platform.controlPlane === "provider") return undefined;
  if (platform && platform.name !== "kubeadm")
    return {
      problem: `this is ${platform.title} (${platform.toldBy}), and how it upgrades is not known here: no plan is made`,
      advice: byHand,
    };
  if (planes.length === 0)
    return {
      problem:
        "no node of the input is a control-plane node: a managed control plane is upgraded by its provider, and nothing tells which one that is",
      advice: byHand,
    };
  const plane = clusterApiControlPlane(cluster);
  if (plane && plane.kind !== clusterApiMarks.controlPlaneKind)
    return {
      problem: `the control plane is made by a ${plane.kind}, and how that replaces its machines is not known here`,
      advice: byHand,
    };
  if (!plane && !isByKubeadm(cluster))
    return {
      problem: "nothing in the input says that kubeadm made this cluster, and other ways are not known yet",
      advice: "kubeadm's annotations are on its nodes: kubectl get nodes -o json shows them",
    };
  return undefined;
}

/** Options for which the owners of pools have no setting. */
function ofOptions(cluster: Cluster, options: UpgradeOptions): UpgradeRefusal | undefined {
  const pools = poolsOf(cluster);
  const isManaged = managedUpgradeBy(platformOf(cluster)?.name) !== undefined;
  if (!isManaged && !pools.some(({ owner }) => owner === "cluster-api")) return undefined;
  return strategyRefusal(pools, options) ?? canaryRefusal(pools, options);
}

/** Karpenter brings new nodes where pods have no room: nothing puts a canary first. */
function canaryRefusal(pools: readonly NodePool[], { canary }: UpgradeOptions): UpgradeRefusal | undefined {
  if (canary === 0 || pools[0]?.owner !== "karpenter") return undefined;
  return {
    problem: "--canary: Karpenter NodePools have none, their nodes drift within a disruption budget",
    advice: "A small NodePool of its own with the new image can go first",
  };
}
