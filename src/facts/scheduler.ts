import { type SchedulerBehaviour, schedulerBaseline, schedulerChanges } from "./scheduler-minors.ts";

export type { SchedulerBehaviour } from "./scheduler-minors.ts";

/**
 * Numbers that every kube-scheduler of these minors shares.
 * Source: pkg/scheduler/apis/config/v1/defaults.go, pkg/scheduler/util/pod_resources.go, pkg/scheduler/schedule_one.go,
 * pkg/scheduler/backend/queue/scheduling_queue.go, pkg/scheduler/framework/plugins/imagelocality.
 */
export const schedulerConstants = {
  maxNodeScore: 100,
  /** What a container without a request counts as in the scores of NodeResourcesFit. */
  defaultMilliCPURequest: 100,
  defaultMemoryRequestBytes: 200 * 1024 * 1024,
  minFeasibleNodesToFind: 100,
  minFeasibleNodesPercentageToFind: 5,
  minCandidateNodesPercentage: 10,
  minCandidateNodesAbsolute: 100,
  podInitialBackoffMillis: 1_000,
  podMaxBackoffMillis: 10_000,
  backoffWindowMillis: 1_000,
  unschedulableFlushMillis: 300_000,
  unschedulableCheckMillis: 30_000,
  imageMinThresholdBytes: 23 * 1024 * 1024,
  imageMaxContainerThresholdBytes: 1_000 * 1024 * 1024,
} as const;

/** The spreading that pods without constraints of their own get. Source: podtopologyspread/plugin.go. */
export const systemDefaultSpreading = [
  { topologyKey: "kubernetes.io/hostname", maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
] as const;

/**
 * The plugins that kube-scheduler has of its own. Any other that a configuration names is somebody else's.
 * Source: pkg/scheduler/framework/plugins/registry.go, 1.22 to 1.36.
 */
export const ownSchedulerPlugins: ReadonlySet<string> = new Set([
  "AzureDiskLimits",
  "CinderLimits",
  "DefaultBinder",
  "DefaultPreemption",
  "DynamicResources",
  "EBSLimits",
  "GCEPDLimits",
  "GangScheduling",
  "ImageLocality",
  "InterPodAffinity",
  "NodeAffinity",
  "NodeDeclaredFeatures",
  "NodeName",
  "NodePorts",
  "NodeResourcesBalancedAllocation",
  "NodeResourcesFit",
  "NodeUnschedulable",
  "NodeVolumeLimits",
  "PodTopologySpread",
  "PrioritySort",
  "SchedulingGates",
  "SelectorSpread",
  "TaintToleration",
  "VolumeBinding",
  "VolumeRestrictions",
  "VolumeZone",
]);

const behaviours = new Map<string, SchedulerBehaviour>();

/**
 * What the scheduler of this version does where minors differ. One record per minor, always the same object.
 * A minor newer than the newest known behaves as that one, an older one as the oldest.
 */
export function schedulerBehaviour(version: {
  readonly major: number;
  readonly minor: number;
}): SchedulerBehaviour {
  const key = `${version.major}.${version.minor}`;
  const known = behaviours.get(key);
  if (known) return known;
  const behaviour: SchedulerBehaviour = { ...schedulerBaseline };
  for (const { since, change } of schedulerChanges)
    if (version.major > 1 || since <= version.minor) Object.assign(behaviour, change);
  behaviours.set(key, behaviour);
  return behaviour;
}
