import { z } from "zod";
import type { Affinity, NodeSelectorRequirement, PodAffinityTerm } from "../../model/affinity.ts";
import { fields, list, optionalSelector, requiredText, section, wholeOr } from "./fields.ts";

const operators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const;

const nodeRequirement = fields({
  key: requiredText,
  operator: z.enum(operators, { error: `expected an operator: ${operators.join(", ")}` }),
  values: list(requiredText),
}) satisfies z.ZodType<NodeSelectorRequirement>;

export const nodeSelectorTerm = fields({
  matchExpressions: list(nodeRequirement),
  matchFields: list(nodeRequirement),
});

const podTerm = fields({
  topologyKey: requiredText,
  labelSelector: optionalSelector,
  namespaces: list(requiredText),
  namespaceSelector: optionalSelector,
  matchLabelKeys: list(requiredText),
  mismatchLabelKeys: list(requiredText),
}).transform(({ labelSelector, namespaceSelector, ...rest }): PodAffinityTerm => ({
  ...rest,
  ...(labelSelector ? { labelSelector } : {}),
  ...(namespaceSelector ? { namespaceSelector } : {}),
}));

const weightedPodTerm = fields({ weight: wholeOr(0), podAffinityTerm: podTerm }).transform(
  ({ weight, podAffinityTerm }) => ({ weight, term: podAffinityTerm }),
);

const podRules = section({
  requiredDuringSchedulingIgnoredDuringExecution: list(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodTerm),
});

/** Node affinity; the required terms are undefined where there is none. */
export const nodeAffinity = section({
  requiredDuringSchedulingIgnoredDuringExecution: fields({
    nodeSelectorTerms: list(nodeSelectorTerm),
  }).nullish(),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    fields({ weight: wholeOr(0), preference: nodeSelectorTerm }).transform(({ weight, preference }) => ({
      weight,
      term: preference,
    })),
  ),
}).transform((raw) => ({
  required: raw.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms,
  preferred: raw.preferredDuringSchedulingIgnoredDuringExecution,
}));

export const affinity = section({
  nodeAffinity,
  podAffinity: podRules,
  podAntiAffinity: podRules,
}).transform(({ nodeAffinity: nodes, podAffinity, podAntiAffinity }): Affinity => ({
  ...(nodes.required ? { requiredNodes: nodes.required } : {}),
  preferredNodes: nodes.preferred,
  requiredPods: podAffinity.requiredDuringSchedulingIgnoredDuringExecution,
  preferredPods: podAffinity.preferredDuringSchedulingIgnoredDuringExecution,
  requiredAntiPods: podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution,
  preferredAntiPods: podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution,
}));
