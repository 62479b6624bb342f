import type { Cluster } from "../../src/model/cluster.ts";
import { type ApiObject, deployment, node, service } from "./objects.ts";
import { clusterAt } from "./versions.ts";

/** Clusters of EKS, GKE and AKS at one version, with a Service on their first nodes. */

export interface PoolShape {
  /** Labels by which the pool is known, besides the zone. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly count: number;
  /** Of its kubelets; else the cluster's. */
  readonly version?: string;
  /** One after the other in turn. */
  readonly zones?: readonly string[];
}

export const eksPool = (name: string) => ({ "eks.amazonaws.com/nodegroup": name });
export const gkePool = (name: string) => ({ "cloud.google.com/gke-nodepool": name });
export const aksPool = (name: string) => ({
  "kubernetes.azure.com/agentpool": name,
  "kubernetes.azure.com/cluster": "MC_x",
});

/** Nodes `p1-1`, `p1-2`, `p2-1` and so on, by pool; `shop/web` on the first two, which there have to be. */
export function managedCluster(
  version: string,
  pools: readonly PoolShape[],
  ...more: readonly (ApiObject | readonly ApiObject[])[]
): Cluster {
  const nodes = pools.flatMap(({ labels, annotations = {}, count, zones = [], ...own }, pool) =>
    Array.from({ length: count }, (_, index) => {
      const zone = zones[index % Math.max(1, zones.length)];
      const made = node(`p${pool + 1}-${index + 1}`, {
        labels: { ...labels, ...(zone === undefined ? {} : { "topology.kubernetes.io/zone": zone }) },
      });
      const metadata = { ...(made["metadata"] as ApiObject), annotations };
      const status = {
        ...(made["status"] as ApiObject),
        nodeInfo: { kubeletVersion: own.version ?? version },
      };
      return { ...made, metadata, status };
    }),
  );
  return clusterAt(version, nodes, deployment("shop/web", ["p1-1", "p1-2"]), service("shop/web"), ...more);
}
