import { z } from "zod";
import type { PluginArgs, ScoringStrategy, ShapePoint } from "../../model/scheduler-profile.ts";
import { nodeAffinity } from "./affinity.ts";
import { count, countOr, fields, flag, list, oneOf, requiredText, text, wholeOr } from "./fields.ts";
import { spreadConstraint } from "./pod.ts";

/**
 * KubeSchedulerConfiguration as the API has it. Sources: k8s.io/kube-scheduler/config/v1, v1beta3 and v1beta2;
 * pkg/scheduler/apis/config/validation.
 */

const plugin = fields({ name: requiredText, weight: countOr(0) });
const pluginSet = fields({ enabled: list(plugin), disabled: list(fields({ name: requiredText })) });

/** All extension points; those after scoring decide nothing here, but may name plugins of others. */
export const pluginPoints = [
  "multiPoint",
  "preEnqueue",
  "queueSort",
  "preFilter",
  "filter",
  "postFilter",
  "preScore",
  "score",
  "reserve",
  "permit",
  "preBind",
  "bind",
  "postBind",
] as const;

const plugins = fields(
  Object.fromEntries(pluginPoints.map((point) => [point, pluginSet.nullish()])) as Record<
    (typeof pluginPoints)[number],
    z.ZodOptional<z.ZodNullable<typeof pluginSet>>
  >,
);

const percentage = count.max(100, "expected a percentage from 0 to 100").nullish();

const profile = fields({
  schedulerName: text(),
  percentageOfNodesToScore: percentage,
  plugins: plugins.nullish(),
  pluginConfig: list(fields({ name: requiredText, args: z.unknown().optional() })),
});

const seconds = count.min(1, "expected a whole number of seconds, 1 or more");

export const schedulerConfiguration = fields({
  percentageOfNodesToScore: percentage,
  podInitialBackoffSeconds: seconds.nullish(),
  podMaxBackoffSeconds: seconds.nullish(),
  profiles: list(profile),
  extenders: list(fields({ urlPrefix: text() })),
});

export type RawConfiguration = z.output<typeof schedulerConfiguration>;
export type RawProfile = RawConfiguration["profiles"][number];

const weightedResource = fields({ name: requiredText, weight: countOr(0) }).transform(({ name, weight }) => ({
  name,
  // 0 is "not set".
  weight: weight === 0 ? 1 : weight,
}));

const cpuAndMemory = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];

const resources = list(weightedResource).transform((own) => (own.length === 0 ? cpuAndMemory : own));

/** Scores are given from 0 to 10, and count tenfold. Source: noderesources/requested_to_capacity_ratio.go. */
const shape = list(
  fields({
    utilization: count.max(100, "expected a utilization from 0 to 100"),
    score: count.max(10, "expected a score from 0 to 10"),
  }).transform(({ utilization, score }) => ({ utilization, score: 10 * score })),
).superRefine((points, context) => {
  if (points.length === 0)
    context.addIssue({ code: "custom", message: "expected at least one point, got none" });
  const out = points.findIndex(
    (point, index) => index > 0 && point.utilization <= points[index - 1]!.utilization,
  );
  if (out > 0)
    context.addIssue({
      code: "custom",
      path: [out, "utilization"],
      message: "expected a higher utilization than that of the point before",
    });
});

const scoringStrategy = fields({
  type: oneOf(["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"], "LeastAllocated"),
  resources,
  requestedToCapacityRatio: fields({ shape }).nullish(),
}).transform(({ type, resources: weights, requestedToCapacityRatio }, context): ScoringStrategy => {
  if (type !== "RequestedToCapacityRatio") return { type, resources: weights };
  const points: readonly ShapePoint[] | undefined = requestedToCapacityRatio?.shape;
  if (points) return { type, resources: weights, shape: points };
  context.addIssue({
    code: "custom",
    path: ["requestedToCapacityRatio"],
    message: "expected a shape for RequestedToCapacityRatio, but it is missing",
  });
  return z.NEVER;
});

const defaultStrategy: ScoringStrategy = { type: "LeastAllocated", resources: cpuAndMemory };

const defaultConstraint = spreadConstraint.superRefine((constraint, context) => {
  if ("labelSelector" in constraint)
    context.addIssue({
      code: "custom",
      path: ["labelSelector"],
      message: "a default constraint has no selector: it takes that of the pod's Service or controller",
    });
});

/** The readers of the arguments that bear on decisions, by plugin. */
export const pluginArgs = {
  NodeResourcesFit: fields({
    ignoredResources: list(requiredText),
    ignoredResourceGroups: list(requiredText),
    scoringStrategy: scoringStrategy.nullish(),
  }).transform(({ scoringStrategy: strategy, ...rest }): Partial<PluginArgs> => ({
    nodeResourcesFit: { ...rest, scoringStrategy: strategy ?? defaultStrategy },
  })),
  NodeResourcesBalancedAllocation: fields({ resources }).transform((args): Partial<PluginArgs> => ({
    nodeResourcesBalancedAllocation: { resources: args.resources.map(({ name }) => name) },
  })),
  InterPodAffinity: fields({
    hardPodAffinityWeight: count.max(100, "expected a weight from 0 to 100").nullish(),
    ignorePreferredTermsOfExistingPods: flag(),
  }).transform(({ hardPodAffinityWeight, ...rest }): Partial<PluginArgs> => ({
    interPodAffinity: { ...rest, hardPodAffinityWeight: hardPodAffinityWeight ?? 1 },
  })),
  NodeAffinity: fields({ addedAffinity: nodeAffinity }).transform(
    ({ addedAffinity }): Partial<PluginArgs> => ({
      nodeAffinity: {
        ...(addedAffinity.required ? { addedRequired: addedAffinity.required } : {}),
        addedPreferred: addedAffinity.preferred,
      },
    }),
  ),
  PodTopologySpread: fields({
    defaultConstraints: list(defaultConstraint),
    defaultingType: oneOf(["System", "List"], "System"),
  }).transform(({ defaultConstraints, defaultingType }, context): Partial<PluginArgs> => {
    if (defaultingType === "List") return { podTopologySpread: { defaultConstraints } };
    if (defaultConstraints.length === 0) return { podTopologySpread: { defaultConstraints: "system" } };
    context.addIssue({
      code: "custom",
      path: ["defaultConstraints"],
      message: "expected no constraints with defaultingType System (set defaultingType: List)",
    });
    return z.NEVER;
  }),
  DefaultPreemption: fields({
    minCandidateNodesPercentage: count.max(100, "expected a percentage from 0 to 100").nullish(),
    minCandidateNodesAbsolute: wholeOr(100),
  }).transform(({ minCandidateNodesPercentage, minCandidateNodesAbsolute }): Partial<PluginArgs> => ({
    defaultPreemption: {
      minCandidateNodesPercentage: minCandidateNodesPercentage ?? 10,
      minCandidateNodesAbsolute,
    },
  })),
} as const;

/** Plugins whose arguments decide nothing here: time-outs, and what belongs to switched-off features. */
export const idleArgs: ReadonlySet<string> = new Set(["VolumeBinding", "DynamicResources"]);
