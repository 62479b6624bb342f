import { clusterApiMarks } from "../facts/cluster-api.ts";
import type { Cluster } from "./cluster.ts";
import type { KubeadmControlPlane, MachineDeployment } from "./cluster-api.ts";
import { labelValue } from "./meta.ts";
import { isControlPlane, type Node } from "./node.ts";
import { nodeOwner } from "./node-owner.ts";

/** Which of Cluster API's objects something is of; names are empty where nothing tells them. */
export interface ClusterApiOwner<T> {
  readonly name: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Undefined: it is not in the input. */
  readonly object?: T;
}

export interface ClusterApiControlPlane extends ClusterApiOwner<KubeadmControlPlane> {
  /** What makes its machines: `KubeadmControlPlane`, or another provider's. */
  readonly kind: string;
}

/** Who makes the control-plane machines of a cluster of Cluster API's; undefined: nobody does. */
export function clusterApiControlPlane(cluster: Cluster): ClusterApiControlPlane | undefined {
  const node = cluster.objects.Node.find((each) => isControlPlane(each) && isOfClusterApi(each, cluster));
  if (!node) return undefined;
  const kind = labelValue(node.annotations, clusterApiMarks.ownerKind) ?? clusterApiMarks.controlPlaneKind;
  return { kind, ...ownerAmong(node, cluster, cluster.clusterApi?.controlPlanes ?? []) };
}

/** The MachineDeployment that a worker is of; undefined: it is none of Cluster API's. */
export function machineDeploymentOf(
  node: Node,
  cluster: Cluster,
): ClusterApiOwner<MachineDeployment> | undefined {
  if (!isOfClusterApi(node, cluster)) return undefined;
  return ownerAmong(node, cluster, cluster.clusterApi?.machineDeployments ?? []);
}

function isOfClusterApi(node: Node, cluster: Cluster): boolean {
  return nodeOwner(node, cluster).owner?.kind === "cluster-api";
}

/** By name, and by the cluster's and the namespace's where the node tells them: the input may hold several clusters. */
function ownerAmong<T extends KubeadmControlPlane | MachineDeployment>(
  node: Node,
  cluster: Cluster,
  objects: readonly T[],
): ClusterApiOwner<T> {
  const machine = cluster.clusterApi?.machines.find((each) => each.node === node.name);
  const name = nodeOwner(node, cluster).owner?.pool ?? "";
  const ofCluster = labelValue(node.annotations, clusterApiMarks.clusterName) ?? machine?.cluster ?? "";
  const namespace =
    labelValue(node.annotations, clusterApiMarks.clusterNamespace) ?? machine?.namespace ?? "";
  const isIt = (known: string, own: string) => known === "" || own === "" || known === own;
  const object = objects.find(
    (each) => each.name === name && isIt(ofCluster, each.cluster) && isIt(namespace, each.namespace),
  );
  return { name, cluster: ofCluster, namespace, ...(object ? { object } : {}) };
}
