/**
 * The cluster-proportional autoscaler, best known for the replicas of cluster DNS. Source:
 * kubernetes-sigs/cluster-proportional-autoscaler, pkg/autoscaler (linear and ladder controllers, k8sclient.go: nodes
 * whose spec says unschedulable do not count; options.go: polls every 10 s); kubernetes
 * cluster/addons/dns-horizontal-autoscaler/dns-horizontal-autoscaler.yaml for the parameters of its add-on.
 */
export const proportionalFacts = {
  pollMillis: 10_000,
  /** Image of its container: the last part of its name. */
  image: /(^|\/)cluster-proportional-autoscaler(-(amd64|arm64|arm|ppc64le|s390x))?$/,
  /** ConfigMaps in kube-system that hold the parameters for cluster DNS, by the usual manifests. */
  configMaps: ["kube-dns-autoscaler", "dns-autoscaler", "coredns-autoscaler"],
  /** What the add-on's manifest says, where nothing of it is seen. */
  linear: {
    kind: "linear",
    coresPerReplica: 256,
    nodesPerReplica: 16,
    min: 1,
    max: 0,
    preventSinglePointFailure: true,
    includeUnschedulableNodes: true,
  },
  /** With preventSinglePointFailure, as soon as there is more than one node. */
  leastAgainstFailure: 2,
  /** The label of cluster DNS. */
  dnsLabel: ["k8s-app", "kube-dns"],
} as const;
