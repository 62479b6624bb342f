import type { NodeSelectorTerm, PreferredNodeTerm } from "./affinity.ts";
import type { TopologySpreadConstraint } from "./pod.ts";

/**
 * A KubeSchedulerConfiguration as far as it bears on decisions, with defaults filled in.
 * Source: kubescheduler.config.k8s.io/v1, pkg/scheduler/apis/config.
 */

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

/** A point of a score over utilization: both from 0 to 100. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

export type ScoringStrategy =
  | { readonly type: "LeastAllocated" | "MostAllocated"; readonly resources: readonly WeightedResource[] }
  | {
      readonly type: "RequestedToCapacityRatio";
      readonly resources: readonly WeightedResource[];
      readonly shape: readonly ShapePoint[];
    };

/** The arguments of the plugins that have any. */
export interface PluginArgs {
  readonly nodeResourcesFit: {
    readonly ignoredResources: readonly string[];
    readonly ignoredResourceGroups: readonly string[];
    readonly scoringStrategy: ScoringStrategy;
  };
  readonly nodeResourcesBalancedAllocation: { readonly resources: readonly string[] };
  readonly interPodAffinity: {
    readonly hardPodAffinityWeight: number;
    readonly ignorePreferredTermsOfExistingPods: boolean;
  };
  readonly nodeAffinity: {
    /** Undefined: nothing is required beyond what the pod says. */
    readonly addedRequired?: readonly NodeSelectorTerm[];
    readonly addedPreferred: readonly PreferredNodeTerm[];
  };
  readonly podTopologySpread: {
    /** `system`: the built-in constraints; else those listed, for pods without any of their own. */
    readonly defaultConstraints: "system" | readonly TopologySpreadConstraint[];
  };
  readonly defaultPreemption: {
    readonly minCandidateNodesPercentage: number;
    readonly minCandidateNodesAbsolute: number;
  };
}

/** Which plugins are turned on or off at one extension point (or at all, under `multiPoint`). */
export interface PluginSet {
  readonly enabled: readonly { readonly name: string; readonly weight: number }[];
  /** Names; `*` is all. */
  readonly disabled: readonly string[];
}

/** The extension points that decide something here. The others change no placement. */
export const extensionPoints = [
  "multiPoint",
  "preEnqueue",
  "preFilter",
  "filter",
  "postFilter",
  "preScore",
  "score",
] as const;

export type ExtensionPoint = (typeof extensionPoints)[number];

export interface SchedulerProfile {
  readonly schedulerName: string;
  /** Overrides the configuration's; 0 lets the scheduler choose. */
  readonly percentageOfNodesToScore?: number;
  readonly plugins: Readonly<Record<ExtensionPoint, PluginSet>>;
  readonly args: PluginArgs;
}

export interface SchedulerConfiguration {
  readonly profiles: readonly SchedulerProfile[];
  /** 0 lets the scheduler choose: fewer the larger the cluster. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
  /** Written in v1beta2: plugins that it does not mention keep the weights of 1.22. */
  readonly usesFirstWeights: boolean;
  /** Parts of the configuration that are read and not modelled (extenders, plugins of others), in words. */
  readonly unmodelled: readonly string[];
}

const cpuAndMemory: readonly WeightedResource[] = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];

/** What plugins do without arguments. Source: pkg/scheduler/apis/config/v1/defaults.go. */
export const defaultPluginArgs: PluginArgs = {
  nodeResourcesFit: {
    ignoredResources: [],
    ignoredResourceGroups: [],
    scoringStrategy: { type: "LeastAllocated", resources: cpuAndMemory },
  },
  nodeResourcesBalancedAllocation: { resources: ["cpu", "memory"] },
  interPodAffinity: { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false },
  nodeAffinity: { addedPreferred: [] },
  podTopologySpread: { defaultConstraints: "system" },
  defaultPreemption: { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 },
};

const unchanged: PluginSet = { enabled: [], disabled: [] };

/** The profile of a scheduler that nobody configured. */
export function defaultProfile(schedulerName: string): SchedulerProfile {
  return {
    schedulerName,
    plugins: {
      multiPoint: unchanged,
      preEnqueue: unchanged,
      preFilter: unchanged,
      filter: unchanged,
      postFilter: unchanged,
      preScore: unchanged,
      score: unchanged,
    },
    args: defaultPluginArgs,
  };
}

/** The configuration of a scheduler that was given none: one profile, `default-scheduler`. */
export const defaultConfiguration: SchedulerConfiguration = {
  profiles: [defaultProfile("default-scheduler")],
  percentageOfNodesToScore: 0,
  podInitialBackoffSeconds: 1,
  podMaxBackoffSeconds: 10,
  usesFirstWeights: false,
  unmodelled: [],
};
