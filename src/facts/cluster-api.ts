/**
 * How Cluster API's KubeadmControlPlane and MachineDeployments replace machines. Sources: kubernetes-sigs/cluster-api
 * controlplane/kubeadm/internal/controllers/{update,scale}.go (one machine at a time, every static pod and member of etcd
 * healthy before each, the failure domain with most machines first, the oldest in it), controller.go
 * (reconcilePreTerminateHook, from v1.8.2: drained first, then its member of etcd is removed, then its machine ends;
 * UpdateKubeProxyImageInfo, UpdateCoreDNS after the rollout), controlplane/kubeadm/internal/webhooks/kubeadm_control_plane.go
 * (maxSurge 1 or 0, 0 from three replicas on; no minor skipped); docs/book/src/tasks/upgrading-clusters.md;
 * docs/book/src/tasks/experimental-features/{machineset-preflight-checks,cluster-class/operate-cluster}.md.
 */
export const clusterApiRollout = {
  /** What a KubeadmControlPlane has that says nothing. */
  controlPlaneSurge: 1,
  /** One sentence each, without its full stop: what is taken for granted of every control plane. */
  unknown: [
    "whether the machine templates name an image of each version cannot be seen: kubeadm and the kubelet come with it",
    "KubeadmControlPlane leaves CoreDNS as it is unless its clusterConfiguration.dns.imageTag names another; that is not read",
    "MachineHealthChecks are not rehearsed: one may replace a machine meanwhile",
  ],
  /** Where the KubeadmControlPlane is not in the input. */
  unseenControlPlane:
    "the KubeadmControlPlane is not in the input: maxSurge 1, no nodeDrainTimeout and no ClusterClass are taken (with a ClusterClass workers follow each minor: --lockstep)",
  /** Where a MachineDeployment is. */
  deletePolicy:
    "which of a MachineDeployment's old machines goes first is up to its deletePolicy: here they go by zone and name",
} as const;

/** Labels and annotations of Cluster API's. Source: kubernetes-sigs/cluster-api api/core (ClusterNameLabel, NodeAnnotations). */
export const clusterApiMarks = {
  clusterName: "cluster.x-k8s.io/cluster-name",
  clusterNamespace: "cluster.x-k8s.io/cluster-namespace",
  ownerKind: "cluster.x-k8s.io/owner-kind",
  /** On objects that a Cluster's topology writes. */
  ofTopology: "topology.cluster.x-k8s.io/owned",
  controlPlaneKind: "KubeadmControlPlane",
} as const;
