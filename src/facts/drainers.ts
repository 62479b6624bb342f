/**
 * Who drains nodes besides kubectl, and how each does it. A number that its owner publishes stands here with its
 * source; one that nobody publishes is in `assumed`, and what a drain by it does that is not rehearsed in `unknown`:
 * a report names both.
 */
export interface DrainerFact {
  /** For a person: who drains. */
  readonly title: string;
  /** Flags of `drain` that mean something to it; `all`: they are kubectl's, and kubectl refuses pods without them. */
  readonly flags: "all" | readonly DrainerFlag[];
  /** Whether all nodes of a step are closed before the first is drained, or each when its turn comes. */
  readonly closes: "all first" | "in turn";
  /** What closes a node in place of a cordon. */
  readonly taint?: { readonly key: string; readonly value: string; readonly effect: "NoSchedule" };
  /** Labels that a node gets when it is closed. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Which pods it treats in another way than kubectl with every flag would. */
  readonly exemptions: "none" | "cluster-api" | "karpenter";
  /** Whether pods go in order: workloads, DaemonSets, critical workloads, critical DaemonSets. */
  readonly goesInWaves: boolean;
  /** From a refusal to the next attempt; doubled each time up to the longest. Milliseconds. */
  readonly retryMillis: number;
  readonly longestRetryMillis: number;
  /** Whether it tries again whatever the API server answers, or only where a budget refuses. */
  readonly retriesEveryError: boolean;
  /** How often it looks whether a pod is gone. Milliseconds. */
  readonly pollMillis: number;
  /** Whether it lists the node's pods again when those that it knew are gone. */
  readonly looksAgain: boolean;
  /** For each node, where the plan does not say; 0: for ever. Milliseconds. */
  readonly timeoutMillis: number;
  /** What its owner lets that time be. */
  readonly timeoutRange?: readonly [shortest: number, longest: number];
  /**
   * At the end of that time: give the node up (kubectl only finds out at its next attempt), delete what is left past
   * every budget, or take the machine away with what is left on it.
   */
  readonly atTimeout: "failAtNextAttempt" | "fail" | "delete" | "leave";
  /** What becomes of that with `force: true`. */
  readonly atTimeoutForced?: "delete";
  /** Whether a pod is deleted so early that its whole grace period ends with the node's time. */
  readonly deletesAhead: boolean;
  /** The grace period of what it deletes at the end; undefined: the pod's own. */
  readonly forcedGraceSeconds?: number;
  /** The longest grace period that a pod gets. */
  readonly graceCapSeconds?: number;
  /** A pod that should have been gone for so long is not waited for; 0: always waited for. */
  readonly skipWaitSeconds: number;
  /** What it does on a node whose kubelet does not answer. */
  readonly onSilentNode?: { readonly graceSeconds: number; readonly skipWaitSeconds: number };
  /** A wait after the last pod of a node. Milliseconds. */
  readonly pauseMillis: number;
  readonly afterFailure: "next node" | "stop";
  /** Numbers that nobody publishes. */
  readonly assumed: readonly { readonly what: string; readonly millis: number; readonly detail: string }[];
  /** What it does besides, which is not rehearsed. One sentence each, without its full stop. */
  readonly unknown: readonly string[];
  /** The same, where a plan adds no nodes of its own. */
  readonly unknownWithoutJoins: readonly string[];
}

type DrainerFlag = "timeout" | "force" | "disableEviction";

/** By this label a node is taken out of the balancers of Services. Source: k8s.io/api/core/v1, LabelNodeExcludeBalancers. */
export const excludeFromBalancers = "node.kubernetes.io/exclude-from-external-load-balancers";

const minute = 60_000;

/** Source: kubernetes/kubectl pkg/drain v0.36.0; facts/drain.json. */
const kubectl: DrainerFact = {
  title: "kubectl drain",
  flags: "all",
  closes: "all first",
  exemptions: "none",
  goesInWaves: false,
  retryMillis: 5_000,
  longestRetryMillis: 5_000,
  retriesEveryError: false,
  pollMillis: 1_000,
  looksAgain: false,
  timeoutMillis: 0,
  atTimeout: "failAtNextAttempt",
  deletesAhead: false,
  skipWaitSeconds: 0,
  pauseMillis: 0,
  afterFailure: "next node",
  assumed: [],
  unknown: [],
  unknownWithoutJoins: [],
};

/** What a provider's drain is taken to be where nothing is published: kubectl's, with the flags that let every pod go. */
const managed: DrainerFact = {
  ...kubectl,
  flags: ["timeout"],
  closes: "in turn",
  // A provider names a budget that never opens, and two budgets on one pod, as reasons why the time runs out.
  retriesEveryError: true,
  looksAgain: true,
  atTimeout: "fail",
  afterFailure: "stop",
};

function asKubectl(who: string): DrainerFact["assumed"] {
  const detail = `${who} does not publish it: kubectl's`;
  return [
    { what: "eviction retry", millis: kubectl.retryMillis, detail },
    { what: "look for gone pods", millis: kubectl.pollMillis, detail },
  ];
}

const surge =
  "the new nodes that come before the old ones go are not added: what stays Pending may have room there";

/**
 * Source: kubernetes-sigs/cluster-api internal/controllers/machine/machine_controller.go (drainNode, drainRetryInterval,
 * waitForVolumeDetachRetryInterval), internal/controllers/machine/drain/{drain,filters}.go; the Machine's
 * nodeDrainTimeout (docs/book/src/tasks/automated-machine-management/machine_deletions.md): 0 by default, no limit.
 */
const clusterApi: DrainerFact = {
  ...managed,
  title: "Cluster API",
  exemptions: "cluster-api",
  retryMillis: 20_000,
  longestRetryMillis: 20_000,
  pollMillis: 20_000,
  atTimeout: "leave",
  onSilentNode: { graceSeconds: 1, skipWaitSeconds: 1 },
  afterFailure: "next node",
  unknown: [
    "MachineDrainRules are not read: every pod is drained in one order, unless its label cluster.x-k8s.io/drain says otherwise",
    "the wait for volumes to detach from a drained machine, and its hooks, are not rehearsed",
  ],
};

/**
 * Source: awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-update-behavior.adoc (15 minutes,
 * PodEvictionFailure, the force flag, 60 seconds, the label); facts/managed.json, eks.
 */
const eks: DrainerFact = {
  ...managed,
  title: "an EKS managed node group update",
  flags: ["force"],
  closes: "all first",
  labels: { [excludeFromBalancers]: "true" },
  timeoutMillis: 15 * minute,
  atTimeoutForced: "delete",
  pauseMillis: minute,
  assumed: asKubectl("EKS"),
  unknownWithoutJoins: [`EKS first adds up to two nodes an availability zone: ${surge}`],
  unknown: [
    "EKS picks the next node at random: here they go in the plan's order",
    "how long EKS lets a pod stop that its force flag deletes is not published: its own grace period is taken",
  ],
};

/**
 * Source: MicrosoftDocs/azure-aks-docs articles/aks/upgrade-aks-node-pools-rolling.md (30 minutes, from 5 minutes to 24
 * hours; the operation stops), articles/aks/upgrade-options.md (force upgrade); facts/managed.json, aks.
 */
const aks: DrainerFact = {
  ...managed,
  title: "an AKS node pool upgrade",
  flags: ["timeout", "disableEviction"],
  timeoutMillis: 30 * minute,
  timeoutRange: [5 * minute, 24 * 60 * minute],
  assumed: asKubectl("AKS"),
  unknownWithoutJoins: [`AKS adds surge nodes first (max surge): ${surge}`],
  unknown: [
    "AKS' own pages differ on the end of the drain time-out: here the operation stops, as the page on rolling upgrades says; a pool whose undrainable-node behavior is Cordon quarantines the node, in a plan onFailure: quarantine",
  ],
};

/**
 * Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods (up to one hour of grace in an
 * upgrade); elastic/cloud-on-k8s issue 2448 and jupyterhub/mybinder.org-deploy issue 511 (budgets respected for one
 * hour, as observed); facts/managed.json, gke.
 */
const gke: DrainerFact = {
  ...managed,
  title: "a GKE node pool upgrade",
  timeoutMillis: 60 * minute,
  atTimeout: "delete",
  forcedGraceSeconds: 0,
  graceCapSeconds: 3_600,
  afterFailure: "next node",
  assumed: asKubectl("GKE"),
  unknownWithoutJoins: [`GKE adds surge nodes first (one by default): ${surge}`],
  unknown: [
    "that GKE respects budgets for one hour is told by its users and not by a reference page; a node pool's nodeDrainConfig may say otherwise",
  ],
};

/**
 * Source: kubernetes-sigs/karpenter pkg/controllers/node/termination/terminator/{terminator,eviction}.go (the taint, the
 * label, the groups, podDeleteTimeWithGracePeriod; back-off 100 ms to 10 s), pkg/utils/pod/scheduling.go (IsEvictable,
 * IsDrainable, IsStuckTerminating: one minute).
 */
const karpenter: DrainerFact = {
  ...managed,
  title: "Karpenter",
  taint: { key: "karpenter.sh/disrupted", value: "", effect: "NoSchedule" },
  labels: { [excludeFromBalancers]: "karpenter" },
  exemptions: "karpenter",
  goesInWaves: true,
  retryMillis: 100,
  longestRetryMillis: 10_000,
  atTimeout: "leave",
  deletesAhead: true,
  skipWaitSeconds: 60,
  afterFailure: "next node",
  assumed: [{ what: "look for gone pods", millis: 1_000, detail: "each second, as kubectl" }],
  unknown: [
    "whether and when Karpenter would choose these nodes (its budgets, its 15 s of validation) is not rehearsed, and neither are the nodes that it would add for pods without room",
  ],
};

export const drainers = {
  kubectl,
  "cluster-api": clusterApi,
  eks,
  gke,
  aks,
  karpenter,
} as const satisfies Readonly<Record<string, DrainerFact>>;

/** Whose drain rules a plan can be rehearsed under. */
export type DrainerName = keyof typeof drainers;

/** The pods' label, annotation and priority classes that these drainers look at. Sources as above. */
export const drainerMarks = {
  clusterApiDrain: "cluster.x-k8s.io/drain",
  karpenterDoNotDisrupt: "karpenter.sh/do-not-disrupt",
  criticalClasses: ["system-cluster-critical", "system-node-critical"],
} as const;
