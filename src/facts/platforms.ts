import { kubeadmAnnotations } from "./kubeadm.ts";

/**
 * By what a cluster is known: who made it, and who runs its control plane. Marks are keys of labels and annotations of
 * nodes, suffixes of versions, and names of systems. Sources: kubeadm, cmd/kubeadm/app/constants/constants.go; EKS, GKE
 * and AKS user guides (node labels, version names); digitalocean/docs (doks.digitalocean.com/*); gardener/gardener
 * docs/usage/shoot (worker.gardener.cloud/pool); openshift/machine-config-operator docs; kubernetes/kops
 * docs/labels.md; k3s-io/k3s and rancher/rke2 releases (+k3s1, +rke2r1); rancher/rke (rke.cattle.io/*); k0sproject/k0s
 * releases (+k0s); siderolabs/talos (osImage); canonical/microk8s (microk8s.io/cluster); the label pages of Linode,
 * Vultr, Scaleway, Alibaba Cloud, IBM Cloud and Oracle Cloud.
 */
export interface PlatformFact {
  /** For a person. */
  readonly title: string;
  /** Who upgrades the control plane: its provider, or whoever owns the nodes that it runs on. */
  readonly controlPlane: "provider" | "nodes";
  /** Labels or annotations, one of which each of its nodes has. */
  readonly marks: readonly string[];
  /** What it appends to versions. */
  readonly suffix?: RegExp;
  /** What its nodes report as their system. */
  readonly osImage?: RegExp;
}

/** Those first whose marks are not found on others; kubeadm last, because others build on it. */
export const platforms = {
  eks: {
    title: "Amazon EKS",
    controlPlane: "provider",
    marks: ["eks.amazonaws.com/nodegroup", "eks.amazonaws.com/compute-type"],
    suffix: /^-eks-/,
  },
  gke: {
    title: "Google GKE",
    controlPlane: "provider",
    marks: ["cloud.google.com/gke-nodepool"],
    suffix: /^-gke\./,
  },
  aks: {
    title: "Azure AKS",
    controlPlane: "provider",
    marks: ["kubernetes.azure.com/cluster", "kubernetes.azure.com/agentpool"],
  },
  doks: {
    title: "DigitalOcean DOKS",
    controlPlane: "provider",
    marks: ["doks.digitalocean.com/node-pool", "doks.digitalocean.com/node-id"],
  },
  lke: { title: "Linode LKE", controlPlane: "provider", marks: ["lke.linode.com/pool-id"] },
  vke: { title: "Vultr VKE", controlPlane: "provider", marks: ["vke.vultr.com/node-pool"] },
  kapsule: { title: "Scaleway Kapsule", controlPlane: "provider", marks: ["k8s.scaleway.com/pool"] },
  ack: {
    title: "Alibaba Cloud ACK",
    controlPlane: "provider",
    marks: ["alibabacloud.com/nodepool-id"],
    suffix: /^-aliyun\./,
  },
  iks: {
    title: "IBM Cloud Kubernetes Service",
    controlPlane: "provider",
    marks: ["ibm-cloud.kubernetes.io/worker-pool-id"],
    suffix: /^\+IKS$/,
  },
  oke: { title: "Oracle OKE", controlPlane: "provider", marks: ["oci.oraclecloud.com/oke-is-preemptible"] },
  gardener: { title: "Gardener", controlPlane: "provider", marks: ["worker.gardener.cloud/pool"] },
  openshift: {
    title: "OpenShift",
    controlPlane: "nodes",
    marks: ["node.openshift.io/os_id", "machineconfiguration.openshift.io/currentConfig"],
  },
  kops: { title: "kOps", controlPlane: "nodes", marks: ["kops.k8s.io/instancegroup"] },
  rke2: { title: "RKE2", controlPlane: "nodes", marks: ["rke2.io/hostname"], suffix: /^\+rke2r\d/ },
  k3s: { title: "k3s", controlPlane: "nodes", marks: ["k3s.io/hostname"], suffix: /^\+k3s\d/ },
  rke: { title: "RKE", controlPlane: "nodes", marks: ["rke.cattle.io/internal-ip"] },
  k0s: { title: "k0s", controlPlane: "nodes", marks: [], suffix: /^\+k0s/ },
  talos: { title: "Talos Linux", controlPlane: "nodes", marks: [], osImage: /^Talos \(/ },
  microk8s: { title: "MicroK8s", controlPlane: "nodes", marks: ["microk8s.io/cluster"] },
  kubeadm: {
    title: "kubeadm",
    controlPlane: "nodes",
    marks: kubeadmAnnotations,
  },
} as const satisfies Readonly<Record<string, PlatformFact>>;

export type PlatformName = keyof typeof platforms;

/**
 * Labels by which people name pools of nodes that no provider manages: a custom, which no standard names. Source for the
 * one with a prefix of its own: kubernetes-sigs/cluster-api, Label Sync Between Machines and Nodes.
 */
export const poolLabels: readonly string[] = [
  "node-pool",
  "nodepool",
  "node.kubernetes.io/pool",
  "node.cluster.x-k8s.io/pool",
  "pool",
];

/** Labels by which providers tell nodes of one image from those of another. Sources: as above; `other` is Seatrial's own. */
export const imageLabels = {
  eks: "eks.amazonaws.com/nodegroup-image",
  aks: "kubernetes.azure.com/node-image-version",
  other: "seatrial.io/node-image",
} as const;
