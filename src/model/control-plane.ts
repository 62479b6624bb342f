import { kubeadmImages } from "../facts/kubeadm-images.ts";
import type { Cluster } from "./cluster.ts";
import { type Component, type ComponentName, componentsOf, isByKubeadm } from "./components.ts";
import { isControlPlane, type Node } from "./node.ts";
import { parseVersion, type Version } from "./version.ts";

/** The components that kubeadm runs as static pods, in the order in which it upgrades them on a node. */
export const staticComponents = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
] as const satisfies readonly ComponentName[];

export type StaticComponent = (typeof staticComponents)[number];

/** Whether kubeadm runs a component of this name as a static pod. */
export function isStaticComponent(name: string): name is StaticComponent {
  return staticComponents.some((each) => each === name);
}

/** The control plane of a cluster: what its pods show, completed by what has to be assumed. */
export interface ControlPlane {
  /** Its nodes, in the order of the cluster; none where the control plane is somebody else's (managed). */
  readonly nodes: readonly string[];
  /** Whether etcd runs on these nodes; `external`: elsewhere, or nothing tells of it. */
  readonly etcd: "stacked" | "external";
  /** Every component of the cluster with its version. */
  readonly components: readonly Component[];
  /** Those of `components` that no pod shows: what has their version is in `toldBy`. */
  readonly assumed: readonly Component[];
}

const known = new WeakMap<Cluster, ControlPlane>();

/** The control plane of a cluster, which does not change: read once for all who ask. */
export function controlPlaneOf(cluster: Cluster): ControlPlane {
  let controlPlane = known.get(cluster);
  if (!controlPlane) known.set(cluster, (controlPlane = readControlPlane(cluster)));
  return controlPlane;
}

/**
 * A component of a control-plane node that no pod shows is assumed to have the
 * cluster's version, else that of the node's kubelet. Where neither API servers nor etcd are seen, and the cluster is
 * kubeadm's, there is a member of etcd on each of these nodes, as kubeadm brings it.
 */
function readControlPlane(cluster: Cluster): ControlPlane {
  const seen = componentsOf(cluster);
  const hasServers = seen.some(({ name }) => name === "kube-apiserver");
  const places = new Set(seen.map(({ name, node }) => `${name} ${node}`));
  const nodes = cluster.objects.Node.filter(
    (node) => isControlPlane(node) || places.has(`kube-apiserver ${node.name}`),
  );
  // An application may have an etcd of its own: only those on control-plane nodes are the cluster's.
  const isEtcdSeen = nodes.some(({ name }) => places.has(`etcd ${name}`));
  const isEtcdAssumed = !isEtcdSeen && !hasServers && isByKubeadm(cluster);
  const assumed = nodes.flatMap((node) =>
    staticComponents.flatMap((name): readonly Component[] => {
      if (places.has(`${name} ${node.name}`) || (name === "etcd" && !isEtcdAssumed)) return [];
      return assumedComponent(name, node, cluster);
    }),
  );
  return {
    nodes: nodes.map(({ name }) => name),
    etcd: isEtcdSeen || isEtcdAssumed ? "stacked" : "external",
    components: [...seen, ...assumed],
    assumed,
  };
}

function assumedComponent(name: StaticComponent, node: Node, cluster: Cluster): readonly Component[] {
  const byCluster = parseVersion(cluster.version);
  const version = byCluster ?? parseVersion(node.info.kubeletVersion);
  const own = version && name === "etcd" ? etcdVersion(version) : version;
  if (!own) return [];
  const toldBy = byCluster ? cluster.versionSource : `node ${node.name}`;
  return [{ name, version: own, node: node.name, toldBy, evidence: "node" }];
}

/** The etcd that kubeadm brings with a version of Kubernetes; undefined where that is not known. */
export function etcdVersion(kubernetes: Version): Version | undefined {
  return parseVersion(kubeadmImages(kubernetes)?.etcd ?? "");
}

/** A component's version in a trace: `v1.35.2`; of etcd without the number of its image. */
export function versionText({ major, minor, patch, suffix }: Version, name: ComponentName): string {
  return `v${major}.${minor}.${patch}${name === "etcd" ? "" : suffix}`;
}
