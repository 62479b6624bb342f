/**
 * What a node needs of its DaemonSets before it is of use, and by what they are known. Kubernetes itself has no word for
 * it: the paths are those at which kubelets and container runtimes look.
 */

/** The container runtime reads its network from here; without it the kubelet is not Ready. Source: CNI, containerd's and CRI-O's conf_dir. */
export const networkConfigPath = /\/cni\/net\.d\/?$/;

/** Sets of networks that are told by name where their pods show no such path. Source: each project's own manifest. */
export const networkSets: readonly string[] = [
  "anetd",
  "antrea-agent",
  "aws-node",
  "azure-cns",
  "calico-node",
  "canal",
  "cilium",
  "kindnet",
  "kube-flannel",
  "kube-flannel-ds",
  "kube-ovn-cni",
  "kube-router",
  "netd",
  "ovnkube-node",
  "weave-net",
];

/** Without them pods of the node reach no Service. Source: kubeadm's add-ons; kubernetes.io, Using NodeLocal DNSCache. */
export const serviceSets: readonly string[] = ["kube-proxy", "node-local-dns"];

/** Device plugins register here. Source: kubernetes.io, Device Plugins. */
export const devicePluginPath = "/device-plugins";

/** CSI drivers put their sockets under it, in a folder of their name. Source: kubernetes-csi, node-driver-registrar. */
export const csiPluginPath = "/plugins/";

/** Taints that whoever runs a set has put on new nodes, and the set whose pod's readiness takes them off again. */
export const startupTaintSets: Readonly<Record<string, string>> = {
  "node.cilium.io/agent-not-ready": "cilium",
  "ebs.csi.aws.com/agent-not-ready": "ebs-csi-node",
  "efs.csi.aws.com/agent-not-ready": "efs-csi-node",
};

/** A node of a cloud has it until the cloud's controller has looked at it. Source: kubernetes.io, Cloud Controller Manager. */
export const cloudTaint = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true" } as const;

/** Labels that say something of one node alone: no other gets them. */
export const ownLabel = "kubernetes.io/hostname";

/** Taints of a node that is about to be taken away. Source: cluster-autoscaler, Karpenter: their documentation. */
export const departingTaints: readonly string[] = [
  "ToBeDeletedByClusterAutoscaler",
  "DeletionCandidateOfClusterAutoscaler",
  "karpenter.sh/disrupted",
  "karpenter.sh/unregistered",
];
