import type { EventEra } from "./scheduler-events.ts";

/**
 * What changed in kube-scheduler between 1.22 and 1.36, as far as a decision, its message or the queue shows it.
 * Sources: vendored and released pkg/scheduler of each minor (1.24.17, 1.25.16, 1.26.15, 1.27.16, 1.28.15, 1.29.14,
 * 1.30.14, 1.31.14, 1.32.9, 1.33.5, 1.34.4, 1.36.3; 1.22 and 1.23 as kubernetes/autoscaler vendors them), and
 * pkg/features/kube_features.go for the default of each gate.
 */

export interface ScorePluginWeight {
  readonly name: string;
  readonly weight: number;
}

export interface SchedulerBehaviour {
  /** The default plugins of each extension point, in the order in which they run. */
  readonly preFilter: readonly string[];
  readonly filter: readonly string[];
  readonly postFilter: readonly string[];
  readonly score: readonly ScorePluginWeight[];
  /** Whether a configuration knows `multiPoint` (kubescheduler.config.k8s.io/v1beta3 and v1). */
  readonly multiPoint: boolean;

  readonly taintReason: "had-taint" | "untolerated-taint" | "untolerated-taints";
  readonly volumeNodeConflictReason: string;
  readonly readWriteOncePodReason: string;
  /** Whether the ReadWriteOncePod access mode is looked at. */
  readonly readWriteOncePod: boolean;
  /** A request above the node's allocatable makes preemption pointless there. */
  readonly fitUnresolvable: boolean;
  readonly sidecarContainers: "unknown" | "rejected" | "supported";
  readonly podLevelResources: boolean;
  readonly inPlaceResize: boolean;
  readonly inPlacePodLevelResize: boolean;
  /** Pod overhead's cpu was added to the score as whole cores. */
  readonly overheadInWholeCores: boolean;
  readonly balancedAllocation: "non-zero" | "requested" | "improvement";
  /** Pods without cpu and memory requests are not scored for balance. */
  readonly balancedSkipsBestEffort: boolean;
  readonly imageSources: "containers" | "with-init" | "with-volumes";
  readonly volumeAttachmentsCount: boolean;

  readonly spreadRounds: boolean;
  /** System defaults score nodes that lack the zone label by hostname alone. */
  readonly spreadDefaultsNeedNoZone: boolean;
  readonly spreadMinDomains: boolean;
  readonly spreadInclusionPolicies: boolean;
  readonly spreadMatchLabelKeys: boolean;
  readonly spreadEmptySelectorCountsNone: boolean;
  readonly spreadSkipsScore: boolean;
  readonly affinitySkipsScore: boolean;
  readonly nodeAffinitySkipsScore: boolean;
  /**
   * An incoming term's namespaceSelector is still asked, about no labels at all, after its namespaces were listed:
   * one that asks for the absence of a label then selects every namespace (the merge works on a copy).
   */
  readonly namespaceSelectorStays: boolean;
  readonly tolerationComparison: boolean;

  /** A required term on metadata.name alone limits the nodes that are looked at. */
  readonly nodeNameNarrowing: boolean;
  /** Nodes that PreFilter left out appear in the message. */
  readonly countsNarrowedNodes: boolean;
  /** PreFilter's rejection is counted for each node, or stands alone. */
  readonly preFilterMessage: "counted" | "alone";
  /** What follows the PostFilter message. */
  readonly postFilterSuffix: "" | ".";
  /** A pod terminating on the nominated node counts only if this scheduler preempted it. */
  readonly waitsOnlyForPreempted: boolean;

  readonly queueingHints: boolean;
  /** Without queueing hints: what plugins are woken by. */
  readonly eventEra: EventEra;
  /** Without queueing hints: pods on nodes that come or change wake those that spreading rejected. */
  readonly podsWakeSpread: boolean;
  readonly popFromBackoff: boolean;
  /** What the length of a back-off grows with. */
  readonly backoffCounts: "attempts" | "unschedulable";
}

const filters122 = [
  "NodeUnschedulable",
  "NodeName",
  "TaintToleration",
  "NodeAffinity",
  "NodePorts",
  "NodeResourcesFit",
  "VolumeRestrictions",
  "NodeVolumeLimits",
  "VolumeBinding",
  "VolumeZone",
  "PodTopologySpread",
  "InterPodAffinity",
];

const scores123: readonly ScorePluginWeight[] = [
  { name: "TaintToleration", weight: 3 },
  { name: "NodeAffinity", weight: 2 },
  { name: "NodeResourcesFit", weight: 1 },
  { name: "VolumeBinding", weight: 1 },
  { name: "PodTopologySpread", weight: 2 },
  { name: "InterPodAffinity", weight: 2 },
  { name: "NodeResourcesBalancedAllocation", weight: 1 },
  { name: "ImageLocality", weight: 1 },
];

const preFilters123 = [
  "NodeAffinity",
  "NodePorts",
  "NodeResourcesFit",
  "VolumeRestrictions",
  "VolumeBinding",
  "PodTopologySpread",
  "InterPodAffinity",
];

const preFilters128 = [
  "NodeAffinity",
  "NodePorts",
  "NodeResourcesFit",
  "VolumeRestrictions",
  "NodeVolumeLimits",
  "VolumeBinding",
  "VolumeZone",
  "PodTopologySpread",
  "InterPodAffinity",
];

/** 1.22: the in-tree disk limits (EBSLimits …) are left out: they count nothing once CSI migration is on. */
export const schedulerBaseline: SchedulerBehaviour = {
  preFilter: [
    "NodeResourcesFit",
    "NodePorts",
    "VolumeRestrictions",
    "PodTopologySpread",
    "InterPodAffinity",
    "VolumeBinding",
    "NodeAffinity",
  ],
  filter: filters122,
  postFilter: ["DefaultPreemption"],
  score: [
    { name: "NodeResourcesBalancedAllocation", weight: 1 },
    { name: "ImageLocality", weight: 1 },
    { name: "InterPodAffinity", weight: 1 },
    { name: "NodeResourcesFit", weight: 1 },
    { name: "NodeAffinity", weight: 1 },
    { name: "PodTopologySpread", weight: 2 },
    { name: "TaintToleration", weight: 1 },
  ],
  multiPoint: false,
  taintReason: "had-taint",
  volumeNodeConflictReason: "node(s) had volume node affinity conflict",
  readWriteOncePodReason:
    "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
  readWriteOncePod: false,
  fitUnresolvable: false,
  sidecarContainers: "unknown",
  podLevelResources: false,
  inPlaceResize: false,
  inPlacePodLevelResize: false,
  overheadInWholeCores: true,
  balancedAllocation: "non-zero",
  balancedSkipsBestEffort: false,
  imageSources: "containers",
  volumeAttachmentsCount: false,
  spreadRounds: false,
  spreadDefaultsNeedNoZone: false,
  spreadMinDomains: false,
  spreadInclusionPolicies: false,
  spreadMatchLabelKeys: false,
  spreadEmptySelectorCountsNone: false,
  spreadSkipsScore: false,
  affinitySkipsScore: false,
  nodeAffinitySkipsScore: false,
  namespaceSelectorStays: false,
  tolerationComparison: false,
  nodeNameNarrowing: false,
  countsNarrowedNodes: false,
  preFilterMessage: "counted",
  postFilterSuffix: "",
  waitsOnlyForPreempted: false,
  queueingHints: false,
  eventEra: "before-1.30",
  podsWakeSpread: false,
  popFromBackoff: false,
  backoffCounts: "attempts",
};

export interface SchedulerChange {
  /** The first 1.x minor with it. */
  readonly since: number;
  readonly change: Partial<SchedulerBehaviour>;
  readonly source: string;
}

export const schedulerChanges: readonly SchedulerChange[] = [
  {
    since: 23,
    change: {
      preFilter: preFilters123,
      score: scores123,
      multiPoint: true,
      balancedAllocation: "requested",
      spreadDefaultsNeedNoZone: true,
      taintReason: "untolerated-taint",
    },
    source: "apis/config/v1beta3/default_plugins.go; noderesources/balanced_allocation.go; tainttoleration",
  },
  {
    since: 24,
    change: { spreadRounds: true, nodeNameNarrowing: true },
    source: "podtopologyspread/scoring.go; framework/interface.go, PreFilterResult",
  },
  {
    since: 26,
    change: { spreadInclusionPolicies: true, preFilterMessage: "alone", postFilterSuffix: "." },
    source: "gate NodeInclusionPolicyInPodTopologySpread; framework/types.go, FitError",
  },
  {
    since: 27,
    change: {
      preFilter: preFilters128.filter((name) => name !== "NodeVolumeLimits"),
      readWriteOncePod: true,
      overheadInWholeCores: false,
      spreadMinDomains: true,
      spreadMatchLabelKeys: true,
      spreadEmptySelectorCountsNone: true,
      waitsOnlyForPreempted: true,
    },
    source: "gates ReadWriteOncePod, MinDomainsInPodTopologySpread, MatchLabelKeysInPodTopologySpread",
  },
  {
    since: 28,
    change: {
      preFilter: preFilters128,
      sidecarContainers: "rejected",
      spreadSkipsScore: true,
      affinitySkipsScore: true,
    },
    source: "gate SidecarContainers (alpha); podtopologyspread and interpodaffinity/scoring.go, PreScore",
  },
  {
    since: 29,
    change: { sidecarContainers: "supported", postFilterSuffix: "" },
    source: "gate SidecarContainers (beta); framework/types.go, FitError",
  },
  {
    since: 30,
    change: { imageSources: "with-init", nodeAffinitySkipsScore: true, eventEra: "1.30" },
    source: "imagelocality/image_locality.go; nodeaffinity/node_affinity.go, PreScore; EventsToRegister",
  },
  {
    since: 31,
    change: { eventEra: "1.31", podsWakeSpread: true },
    source: "EventsToRegister; scheduling_queue.go, getUnschedulablePodsWithCrossTopologyTerm",
  },
  {
    since: 32,
    change: { queueingHints: true, countsNarrowedNodes: true, volumeAttachmentsCount: true },
    source: "gate SchedulerQueueingHints (on); schedule_one.go; nodevolumelimits/csi.go",
  },
  {
    since: 33,
    change: {
      volumeNodeConflictReason: "node(s) didn't match PersistentVolume's node affinity",
      inPlaceResize: true,
      balancedSkipsBestEffort: true,
      popFromBackoff: true,
    },
    source: "volumebinding/binder.go; gates InPlacePodVerticalScaling, SchedulerPopFromBackoffQ",
  },
  {
    since: 34,
    change: {
      preFilter: [...preFilters128, "DynamicResources"],
      filter: [...filters122, "DynamicResources"],
      postFilter: ["DynamicResources", "DefaultPreemption"],
      taintReason: "untolerated-taints",
      readWriteOncePodReason:
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
      fitUnresolvable: true,
      podLevelResources: true,
      namespaceSelectorStays: true,
      backoffCounts: "unschedulable",
    },
    source:
      "gates DynamicResourceAllocation, PodLevelResources; tainttoleration, interpodaffinity, volumerestrictions, fit.go",
  },
  {
    since: 35,
    change: {
      score: [...scores123.slice(0, 6), { name: "DynamicResources", weight: 2 }, ...scores123.slice(6)],
    },
    source: "apis/config/v1/default_plugins.go, applyFeatureGates",
  },
  {
    since: 36,
    change: {
      preFilter: [...preFilters128, "DynamicResources", "NodeDeclaredFeatures"],
      filter: [...filters122, "DynamicResources", "NodeDeclaredFeatures"],
      balancedAllocation: "improvement",
      imageSources: "with-volumes",
      inPlacePodLevelResize: true,
    },
    source:
      "gates NodeDeclaredFeatures, InPlacePodLevelResourcesVerticalScaling; balanced_allocation.go; image_locality.go",
  },
];
