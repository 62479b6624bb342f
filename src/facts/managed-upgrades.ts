import type { PlatformName } from "./platforms.ts";

/**
 * How providers upgrade a cluster that they manage, and how the owners of node pools replace their nodes: numbers and
 * defaults with their sources. What nobody publishes is in `unknown`, and a report says it.
 */
export interface ManagedUpgradeFact {
  /** What answers while the control plane is upgraded. `bySpread`: as many API servers as zones, one in one zone. */
  readonly api: "answers" | "bySpread";
  /** So many minors a node may be older than the control plane, where that is less than the skew policy allows. */
  readonly nodesBehind?: number;
  /** Whether managed nodes have to be at the control plane's minor before it takes the next one. */
  readonly isLockstep: boolean;
  /** Whether nobody can ask for a patch: the provider brings it by itself. */
  readonly choosesPatch: boolean;
  /** What becomes of kube-proxy, where it is a DaemonSet: the provider upgrades it, or somebody has to. */
  readonly kubeProxy: "by the provider" | "by hand";
  /** One sentence each, without its full stop. */
  readonly unknown: readonly string[];
}

/**
 * Sources: EKS: awsdocs/amazon-eks-user-guide latest/ug/clusters/update-cluster.adoc @4d52b4d05e34 (rolling API
 * servers, one minor, add-ons by hand); EKS API, UpdateClusterVersion (managed node groups have to match). GKE:
 * docs.cloud.google.com kubernetes-engine/docs/concepts/cluster-upgrades (zonal, regional), kubernetes-engine/versioning
 * (two minors). AKS: MicrosoftDocs/azure-aks-docs articles/aks/{upgrade-aks-control-plane,supported-kubernetes-versions}.md
 * @fb060abe6a8f (one minor; three minors from 1.28).
 */
const providers: Readonly<Partial<Record<PlatformName, ManagedUpgradeFact>>> = {
  eks: {
    api: "answers",
    isLockstep: true,
    choosesPatch: true,
    kubeProxy: "by hand",
    unknown: [
      "EKS chooses the patch; the newest that Kubernetes has of each minor stands for it",
      "which version of CoreDNS, the VPC CNI and other add-ons goes with a minor is not known here: aws eks describe-addon-versions; they are left as they are",
      "up to 5 free IP addresses in the cluster's subnets are needed, which cannot be seen",
    ],
  },
  gke: {
    api: "bySpread",
    nodesBehind: 2,
    isLockstep: false,
    choosesPatch: false,
    kubeProxy: "by the provider",
    unknown: [
      "GKE chooses the patch; the newest that Kubernetes has of each minor stands for it",
      "whether the cluster is zonal (its API is away meanwhile) or regional cannot be seen: nodes in one zone are taken to mean zonal",
      "GKE upgrades its add-ons with the control plane; that is not rehearsed",
    ],
  },
  aks: {
    api: "answers",
    isLockstep: false,
    choosesPatch: false,
    kubeProxy: "by the provider",
    unknown: [
      "AKS may not offer the newest patch: az aks get-upgrades",
      "whether the API answers at every moment of an AKS control-plane upgrade is not published: it is taken to",
      "AKS upgrades its add-ons with the control plane; that is not rehearsed",
    ],
  },
};

/** How a provider upgrades what it manages; undefined: it is none that is known here. */
export function managedUpgradeBy(platform: PlatformName | undefined): ManagedUpgradeFact | undefined {
  return platform && providers[platform];
}

/** How the owner of a pool replaces its nodes by others of a new version, unless its settings say otherwise. */
export interface PoolUpgradeFact {
  /** How many nodes more than the pool has: a number, or a share of it, rounded up; by zones where `surgePerZone`. */
  readonly maxSurge: number | string;
  /** In place of `maxSurge`: so many for each zone in which the pool has nodes, at first and at once. */
  readonly surgePerZone?: number;
  /** How many nodes at a time may be missing. */
  readonly maxUnavailable: number;
  /** Whether an old node becomes a new one under its name, or ends for good. */
  readonly replaces: "in place" | "by a new node";
  /** What it allows at the most: nodes at a time. */
  readonly mostAtOnce?: number;
  readonly unknown: readonly string[];
}

/**
 * Sources: facts/managed.json, eks.phases, gke.surge, aks.rolling; EKS user guide,
 * latest/ug/nodes/managed-node-update-behavior.adoc; GKE, REST v1 UpgradeSettings; AKS,
 * articles/aks/upgrade-aks-node-pools-rolling.md; kubernetes-sigs/cluster-api api/core/v1beta1
 * machinedeployment_types.go (maxSurge 1, maxUnavailable 0); Karpenter, Disruption, NodePool Disruption Budgets (10 %).
 */
export const poolUpgrades = {
  eks: {
    maxSurge: 0,
    surgePerZone: 2,
    maxUnavailable: 1,
    replaces: "by a new node",
    mostAtOnce: 100,
    unknown: [
      "the node group's updateConfig cannot be seen: maxUnavailable 1 is taken, and its strategy DEFAULT, new nodes first",
      "EKS ends by taking its extra nodes away again, with the pods on them: which of them go is not known, and not rehearsed",
    ],
  },
  gke: {
    maxSurge: 1,
    maxUnavailable: 0,
    replaces: "by a new node",
    mostAtOnce: 20,
    unknown: [
      "the pool's upgrade settings cannot be seen: surge with maxSurge 1 and maxUnavailable 0 is taken, not blue-green",
    ],
  },
  aks: {
    maxSurge: "10%",
    maxUnavailable: 0,
    replaces: "in place",
    unknown: [
      "the pool's maxSurge cannot be seen: 10 % is taken, of which AKS' own pages say 10 % and 1 in different places",
      "the soak of an AKS pool after each node (nodeSoakDurationInMinutes) is taken to be none",
    ],
  },
  "cluster-api": {
    maxSurge: 1,
    maxUnavailable: 0,
    replaces: "by a new node",
    unknown: [
      "MachineDeployments are not in the input: maxSurge 1, maxUnavailable 0 and no nodeDrainTimeout are taken",
    ],
  },
  karpenter: {
    maxSurge: "10%",
    maxUnavailable: 0,
    replaces: "by a new node",
    unknown: [
      "the NodePool's disruption budgets cannot be seen: 10 % is taken; drift begins once the control plane is upgraded, and waits for nobody",
      "Karpenter may choose other machines, and fewer of them: each old node is taken to be replaced by one like it",
    ],
  },
} as const satisfies Readonly<Record<string, PoolUpgradeFact>>;

export type PoolUpgradeKind = keyof typeof poolUpgrades;
