/**
 * Who made a node and may take it away again, by the marks that it leaves on it, and what it does when the node is
 * emptied, silent or deleted. A mark is a key of a label or an annotation, or a kind of owner reference; its value names
 * the pool. What a provider does not publish is said as unknown. Sources stand with each.
 */
export interface NodeOwnerFact {
  /** For a person: `EKS node group`. */
  readonly title: string;
  /** Labels or annotations, one of which each of its nodes has. */
  readonly marks: readonly string[];
  /** Those of which the first that is found names the pool; without it, `marks`. */
  readonly poolMarks?: readonly string[];
  /** Whether these marks name a machine, or its MachineSet: the pool is that without its last part. */
  readonly namesMachines?: true;
  /** The mark that says what the pool's mark names: where that is no MachineSet, it is the pool itself. */
  readonly kindMark?: string;
  /** Kind of the owner reference that it sets on nodes. */
  readonly reference?: string;
  /** The node has no pod but those of DaemonSets; whether it is cordoned makes no difference unless it says so. */
  readonly emptied: Reaction;
  /** Its kubelet reports nothing. */
  readonly silent: Reaction;
  /** Somebody deletes the Node object. */
  readonly deleted: Reaction;
  /** How it takes a node away itself. One sentence. */
  readonly removes: string;
  /** By which annotation on the node it leaves it alone, with its value. */
  readonly leaves?: readonly [key: string, value: string];
  readonly source: string;
}

export interface Reaction {
  /**
   * `nothing`: the node stays as it is. `takes`: the machine ends and the node is gone. `replaces`: so, and another one
   * comes. `repairs`: the machine is restarted or made anew under its name. `orphans`: the machine goes on without its
   * Node object.
   */
  readonly does: "nothing" | "takes" | "replaces" | "repairs" | "orphans";
  /** After how long, in milliseconds; undefined: at once, or nobody publishes it. */
  readonly afterMillis?: number;
  /** Whether it depends on settings that no object in a cluster shows. */
  readonly isOptional?: true;
  /** The whole of it in words, without a full stop. */
  readonly words: string;
}

const minute = 60_000;

/** Source: kubernetes.io, Nodes, Self-registration of Nodes; Karpenter, Disruption, Manual Methods. */
const orphaned: Reaction = {
  does: "orphans",
  words: "the machine goes on without its Node object, until its kubelet starts again and registers it anew",
};

const untouched: Reaction = { does: "nothing", words: "nothing by itself" };

/** Machines that a MachineHealthCheck may cover: Cluster API's, and OpenShift's, which came from it. */
const machineHealthCheck = {
  silent: {
    does: "replaces",
    isOptional: true,
    words: "replaces it where a MachineHealthCheck covers it",
  },
  deleted: {
    does: "replaces",
    isOptional: true,
    words:
      "its Machine and its machine stay; where a MachineHealthCheck covers it, they are replaced. Delete the Machine instead",
  },
} as const satisfies Pick<NodeOwnerFact, "silent" | "deleted">;

/** Those first that work over others: Karpenter on EKS or AKS, Cluster API under a provider's pools. */
export const nodeOwners = {
  karpenter: {
    title: "Karpenter NodePool",
    marks: ["karpenter.sh/nodepool", "karpenter.sh/provisioner-name"],
    reference: "NodeClaim",
    emptied: {
      does: "takes",
      isOptional: true,
      words:
        "takes it away as empty once the pool's consolidateAfter is over, unless its consolidation is off; a cordon does not keep it",
    },
    silent: {
      does: "replaces",
      afterMillis: 30 * minute,
      isOptional: true,
      words: "replaces it after 30 m where node repair is on",
    },
    deleted: {
      does: "takes",
      words: "drains it, ends its machine, and brings others where pods have no room",
    },
    removes:
      "drains by its own rules for at most the pool's terminationGracePeriod (none: no limit), then ends the machine past every budget",
    leaves: ["karpenter.sh/do-not-disrupt", "true"],
    source:
      "aws/karpenter-provider-aws website/content/en/docs/concepts/disruption.md; EKS user guide, node-repair (30 m)",
  },
  gardener: {
    title: "Gardener worker pool",
    marks: ["worker.gardener.cloud/pool"],
    emptied: untouched,
    silent: {
      does: "replaces",
      afterMillis: 10 * minute,
      words: "replaces it after 10 m (machineHealthTimeout, by default)",
    },
    deleted: {
      does: "replaces",
      afterMillis: 10 * minute,
      words: "replaces its machine after 10 m (machineHealthTimeout, by default)",
    },
    removes: "drains for at most 2 h (machineDrainTimeout, by default), then deletes what is left",
    source: "gardener/machine-controller-manager docs/FAQ.md (machine-health-timeout, machine-drain-timeout)",
  },
  eks: {
    title: "EKS node group",
    marks: ["eks.amazonaws.com/nodegroup"],
    emptied: untouched,
    silent: {
      does: "replaces",
      afterMillis: 30 * minute,
      isOptional: true,
      words: "replaces it after 30 m where node auto repair is on, which it is not by default",
    },
    deleted: orphaned,
    removes:
      "scaled in or rebalanced between zones, it drains for 15 m and then ends the machine past every budget",
    source:
      "awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-groups.adoc; EKS user guide, node-repair",
  },
  gke: {
    title: "GKE node pool",
    marks: ["cloud.google.com/gke-nodepool"],
    emptied: untouched,
    silent: {
      does: "replaces",
      afterMillis: 10 * minute,
      words: "replaces it after about 10 m, unless auto-repair is off for the pool",
    },
    deleted: {
      does: "replaces",
      words:
        "replaces its machine, unless auto-repair is off for the pool: then the machine goes on without its Node object",
    },
    removes: "drains for up to an hour in an upgrade, then deletes what is left",
    source: "docs.cloud.google.com, kubernetes-engine/docs/how-to/node-auto-repair; facts/managed.json, gke",
  },
  aks: {
    title: "AKS node pool",
    marks: ["kubernetes.azure.com/agentpool", "kubernetes.azure.com/cluster"],
    poolMarks: ["kubernetes.azure.com/agentpool", "agentpool"],
    emptied: untouched,
    silent: {
      does: "repairs",
      afterMillis: 5 * minute,
      words: "after 5 to 10 m restarts it, then makes it anew from its image, then on another host",
    },
    deleted: orphaned,
    removes: "drains for 30 m (drainTimeoutInMinutes) in an upgrade, and then stops, or quarantines the node",
    source: "MicrosoftDocs/azure-aks-docs articles/aks/node-auto-repair.md; facts/managed.json, aks",
  },
  doks: {
    title: "DOKS node pool",
    marks: ["doks.digitalocean.com/node-pool"],
    emptied: untouched,
    silent: { does: "nothing", isOptional: true, words: "not published" },
    deleted: { does: "replaces", isOptional: true, words: "not published" },
    removes: "how long its drain waits is not published",
    source: "docs.digitalocean.com, products/kubernetes",
  },
  kops: {
    title: "kOps instance group",
    marks: ["kops.k8s.io/instancegroup"],
    emptied: untouched,
    silent: untouched,
    deleted: orphaned,
    removes: "kops rolling-update drains for at most 15 m (--drain-timeout), and then fails",
    source: "kubernetes/kops docs/cli/kops_rolling-update_cluster.md, docs/labels.md",
  },
  "cluster-api": {
    title: "Cluster API",
    marks: ["cluster.x-k8s.io/machine", "cluster.x-k8s.io/owner-name"],
    poolMarks: ["cluster.x-k8s.io/owner-name", "cluster.x-k8s.io/machine"],
    namesMachines: true,
    kindMark: "cluster.x-k8s.io/owner-kind",
    emptied: untouched,
    ...machineHealthCheck,
    removes:
      "drains by its own rules for at most nodeDrainTimeout (0: no limit), then ends the machine past every budget",
    source:
      "kubernetes-sigs/cluster-api api/core (NodeAnnotations), docs/book/src/tasks/automated-machine-management/{healthchecking,machine_deletions}.md",
  },
  openshift: {
    title: "OpenShift Machine API",
    marks: ["machine.openshift.io/machine"],
    namesMachines: true,
    emptied: untouched,
    ...machineHealthCheck,
    removes: "drains until the node is empty, then ends the machine",
    source: "docs.openshift.com, Machine management: Deploying machine health checks, Deleting a machine",
  },
} as const satisfies Readonly<Record<string, NodeOwnerFact>>;

export type NodeOwnerKind = keyof typeof nodeOwners;

/**
 * The cluster autoscaler, as its flags are by default, over whatever owns the node. Source: kubernetes/autoscaler
 * cluster-autoscaler/FAQ.md (scale-down-unneeded-time, scale-down-unready-time, max-node-provision-time,
 * scale-down-disabled).
 */
export const clusterAutoscaler = {
  title: "cluster autoscaler",
  unneededMillis: 10 * minute,
  unreadyMillis: 20 * minute,
  /** A machine without a Node object is ended after so long. */
  unregisteredMillis: 15 * minute,
  leaves: ["cluster-autoscaler.kubernetes.io/scale-down-disabled", "true"],
  emptied: {
    does: "takes",
    afterMillis: 10 * minute,
    isOptional: true,
    words:
      "takes it away after 10 m (scale-down-unneeded-time, by default), cordoned or not, down to its group's minimum",
  },
  silent: {
    does: "takes",
    afterMillis: 20 * minute,
    isOptional: true,
    words: "may take it away after 20 m (scale-down-unready-time, by default)",
  },
  deleted: {
    does: "takes",
    afterMillis: 15 * minute,
    isOptional: true,
    words: "ends the machine that has no Node object after 15 m (max-node-provision-time, by default)",
  },
  /** On a node that it is about to take. */
  taint: "ToBeDeletedByClusterAutoscaler",
  source: "kubernetes/autoscaler cluster-autoscaler/FAQ.md",
} as const satisfies {
  readonly title: string;
  readonly leaves: readonly [string, string];
  readonly emptied: Reaction;
  readonly silent: Reaction;
  readonly deleted: Reaction;
  readonly [more: string]: unknown;
};

/** A node that its cloud may take back at any time. */
export interface SpareCapacity {
  readonly title: "spot" | "preemptible";
  readonly label: readonly [key: string, value: string];
  /** From the notice to the end of the machine. */
  readonly noticeSeconds: number;
}

/**
 * Sources: EC2 user guide, Spot Instance interruption notices (2 minutes); Compute Engine, Spot VMs (30 seconds; a
 * preemptible VM also ends after 24 hours); Azure, Scheduled Events (30 seconds); the label pages of EKS, GKE, AKS and
 * Karpenter.
 */
export const spareCapacities: readonly SpareCapacity[] = [
  { title: "spot", label: ["eks.amazonaws.com/capacityType", "SPOT"], noticeSeconds: 120 },
  { title: "spot", label: ["cloud.google.com/gke-spot", "true"], noticeSeconds: 30 },
  { title: "preemptible", label: ["cloud.google.com/gke-preemptible", "true"], noticeSeconds: 30 },
  { title: "spot", label: ["kubernetes.azure.com/scalesetpriority", "spot"], noticeSeconds: 30 },
  { title: "spot", label: ["karpenter.sh/capacity-type", "spot"], noticeSeconds: 120 },
];

/**
 * Labels of nodes that stand for no machine: each pod has a kubelet of its own, which stays as it is until the pod is
 * made again. Sources: EKS user guide, Fargate; virtual-kubelet/virtual-kubelet (type: virtual-kubelet).
 */
export const machinelessLabels: readonly (readonly [key: string, value: string])[] = [
  ["eks.amazonaws.com/compute-type", "fargate"],
  ["type", "virtual-kubelet"],
];
