import type { Cluster } from "../../src/model/cluster.ts";
import { type ApiObject, deployment, node, object, pod, service } from "./objects.ts";
import { annotated, clusterAt } from "./versions.ts";

/** Clusters that Cluster API made, at v1.34.3, with what their management cluster holds where a test says so. */

export const from = "v1.34.3";

export interface ClusterApiOptions {
  readonly members?: number;
  /** Zones of the control-plane nodes, one after the other. */
  readonly zones?: readonly string[];
  readonly ownerKind?: string;
  /** Objects of the management cluster. */
  readonly management?: readonly ApiObject[];
  readonly version?: string;
}

const labels = { "cluster.x-k8s.io/cluster-name": "prod" };

/** `spec` of a KubeadmControlPlane `prod-cp`, in v1beta2; `more` are labels. */
export function kubeadmControlPlane(spec: ApiObject, more: Readonly<Record<string, string>> = {}): ApiObject {
  const made = object("controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlane", "fleet/prod-cp", {
    spec,
  });
  return { ...made, metadata: { ...(made["metadata"] as ApiObject), labels: { ...labels, ...more } } };
}

export function machineDeployment(name: string, spec: ApiObject): ApiObject {
  const made = object("cluster.x-k8s.io/v1beta2", "MachineDeployment", `fleet/${name}`, { spec });
  return { ...made, metadata: { ...(made["metadata"] as ApiObject), labels } };
}

export const marks = (kind: string, owner: string) => ({
  "cluster.x-k8s.io/cluster-name": "prod",
  "cluster.x-k8s.io/cluster-namespace": "fleet",
  "cluster.x-k8s.io/machine": `${owner}-machine`,
  "cluster.x-k8s.io/owner-kind": kind,
  "cluster.x-k8s.io/owner-name": owner,
  "kubeadm.alpha.kubernetes.io/cri-socket": "x",
});

/** `cp-1` and so on of `prod-cp`, `a-1` to `a-3` of `prod-a`, `b-1` and `b-2` of `prod-b`; `shop/web` on the first two. */
export function clusterApiCluster(options: ClusterApiOptions = {}): Cluster {
  const {
    members = 3,
    zones = [""],
    ownerKind = "KubeadmControlPlane",
    management = [],
    version = from,
  } = options;
  const made = (name: string, kind: string, owner: string, zone = "", more: Record<string, string> = {}) => {
    const one = annotated(node(name, { labels: more, zone }), marks(kind, owner));
    return { ...one, status: { ...(one["status"] as ApiObject), nodeInfo: { kubeletVersion: version } } };
  };
  const planes = Array.from({ length: members }, (_, index) => `cp-${index + 1}`);
  return clusterAt(
    version,
    planes.map((name, index) =>
      made(name, ownerKind, "prod-cp", zones[index % zones.length], {
        "node-role.kubernetes.io/control-plane": "",
      }),
    ),
    ["a-1", "a-2", "a-3"].map((name) => made(name, "MachineSet", "prod-a-x2x4z")),
    ["b-1", "b-2"].map((name) => made(name, "MachineSet", "prod-b-7hc4x")),
    planes.flatMap((name) => staticPods(name, version)),
    deployment("shop/web", ["a-1", "a-2"]),
    service("shop/web"),
    management,
  );
}

function staticPods(name: string, version: string): ApiObject[] {
  const images = {
    etcd: "registry.k8s.io/etcd:3.6.5-0",
    "kube-apiserver": `registry.k8s.io/kube-apiserver:${version}`,
    "kube-controller-manager": `registry.k8s.io/kube-controller-manager:${version}`,
    "kube-scheduler": `registry.k8s.io/kube-scheduler:${version}`,
  };
  return Object.entries(images).map(([component, image]) =>
    annotated(
      pod(`kube-system/${component}-${name}`, name, {
        labels: { component, tier: "control-plane" },
        spec: { containers: [{ name: component, image }] },
      }),
      { "kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file" },
    ),
  );
}
