/**
 * Operators that make disruption budgets and change them while they watch a drain: how their budgets are known, when
 * they let a pod go, and what shows it. The namespace that a command needs is that of the budget.
 */
export interface OperatorBudget {
  readonly operator: string;
  /** `group/Kind` of the budget's owners, where it has them. */
  readonly owners: readonly string[];
  /** What its name looks like. */
  readonly name: RegExp;
  /** A label of the budget or of the pods that it selects, as `key` or `key=value`; one is enough. */
  readonly labels: readonly string[];
  /** `… changes it once …`: what has to be so. */
  readonly condition: string;
  /** How long that takes, as far as its makers say so. */
  readonly time: string;
  /** What is typed to see how far it is; `kubectl -n NAMESPACE` goes before it. */
  readonly shows: readonly string[];
  readonly source: string;
}

export const operatorBudgets: readonly OperatorBudget[] = [
  {
    operator: "Rook",
    owners: ["ceph.rook.io/CephCluster"],
    name: /^rook-ceph-osd(-|$)/,
    labels: ["app=rook-ceph-osd"],
    condition:
      "an OSD of this failure domain is down: then it blocks all other failure domains and lets this one go; they open again once every OSD is up and all PGs are active+clean",
    time: "its makers name no time: it is that of the cluster's recovery (pgHealthCheckTimeout, 0 = none)",
    shows: [
      "get pdb --watch",
      "logs deploy/rook-ceph-operator | grep clusterdisruption-controller",
      "exec deploy/rook-ceph-tools -- ceph status",
    ],
    source:
      "rook/rook design/ceph/ceph-managed-disruptionbudgets.md; rook/rook#12375 (an OSD without PGs: never before #13511)",
  },
  {
    operator: "Longhorn",
    owners: ["longhorn.io/InstanceManager"],
    name: /^instance-manager-/,
    labels: ["longhorn.io/component=instance-manager", "longhorn.io/managed-by=longhorn-manager"],
    condition:
      "no volume is attached on this node any more, and the node-drain-policy lets its replicas stop (block-if-contains-last-replica, the default: each has a healthy copy on another node)",
    time: "its makers name no time: volumes detach when their pods are gone, a missing copy has to be rebuilt first",
    shows: [
      "get settings.longhorn.io node-drain-policy",
      "get volumes.longhorn.io",
      "get replicas.longhorn.io -o wide",
    ],
    source:
      "longhorn.io/docs, Node Maintenance and Kubernetes Upgrade Guide; longhorn/longhorn#5910 (a stale budget: never)",
  },
  {
    operator: "Strimzi",
    owners: ["kafka.strimzi.io/Kafka", "kafka.strimzi.io/KafkaConnect", "kafka.strimzi.io/KafkaMirrorMaker2"],
    name: /-(kafka|zookeeper|connect|mirrormaker2|bridge)$/,
    labels: ["strimzi.io/cluster"],
    condition:
      "its Drain Cleaner is installed and has marked the pod (strimzi.io/manual-rolling-update): then the operator moves the pod itself, once no partition would fall below its minimum of in-sync replicas; without the Drain Cleaner it does nothing",
    time: "at its next reconciliation, every 2 min by default (STRIMZI_FULL_RECONCILIATION_INTERVAL_MS), plus the roll of the pods before it",
    shows: [
      "get pods -l strimzi.io/cluster --watch",
      `get pods -o 'custom-columns=NAME:.metadata.name,ROLL:.metadata.annotations.strimzi\\.io/manual-rolling-update'`,
    ],
    source: "strimzi/drain-cleaner README; strimzi-kafka-operator ClusterOperatorConfig",
  },
];
