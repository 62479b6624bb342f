import { type Labels, labelValue } from "./meta.ts";
import type { LabelSelector } from "./selector.ts";

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

/** All expressions and fields of a term have to match; a term without any matches nothing. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  /** Only `metadata.name` exists as a field. */
  readonly matchFields: readonly NodeSelectorRequirement[];
}

export interface PreferredNodeTerm {
  readonly weight: number;
  readonly term: NodeSelectorTerm;
}

export interface PodAffinityTerm {
  readonly topologyKey: string;
  /** Undefined selects nothing, an empty selector everything. */
  readonly labelSelector?: LabelSelector;
  readonly namespaces: readonly string[];
  /** Undefined: not given. Empty: every namespace. */
  readonly namespaceSelector?: LabelSelector;
  readonly matchLabelKeys: readonly string[];
  readonly mismatchLabelKeys: readonly string[];
}

export interface WeightedPodAffinityTerm {
  readonly weight: number;
  readonly term: PodAffinityTerm;
}

export interface Affinity {
  /** Terms of the required node affinity, any of which suffices; undefined if there is none. */
  readonly requiredNodes?: readonly NodeSelectorTerm[];
  readonly preferredNodes: readonly PreferredNodeTerm[];
  readonly requiredPods: readonly PodAffinityTerm[];
  readonly preferredPods: readonly WeightedPodAffinityTerm[];
  readonly requiredAntiPods: readonly PodAffinityTerm[];
  readonly preferredAntiPods: readonly WeightedPodAffinityTerm[];
}

/** Whether a node with these labels and this name is selected by any of the terms. */
export function matchesNodeTerms(
  terms: readonly NodeSelectorTerm[],
  labels: Labels,
  nodeName: string,
): boolean {
  return terms.some((term) => matchesNodeTerm(term, labels, nodeName));
}

/** Source: component-helpers/scheduling/corev1/nodeaffinity: an empty term matches nothing. */
export function matchesNodeTerm(term: NodeSelectorTerm, labels: Labels, nodeName: string): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false;
  return (
    term.matchExpressions.every((requirement) =>
      matchesNodeRequirement(requirement, labelValue(labels, requirement.key)),
    ) &&
    term.matchFields.every((requirement) =>
      matchesNodeRequirement(requirement, requirement.key === "metadata.name" ? nodeName : undefined),
    )
  );
}

function matchesNodeRequirement(requirement: NodeSelectorRequirement, value: string | undefined): boolean {
  const { operator, values } = requirement;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return comparesTo(value, operator, values[0]);
  }
}

/** Base-10 integers only, as strconv.ParseInt reads them: `0012` is 12, `1.5` never matches. */
function comparesTo(value: string | undefined, operator: "Gt" | "Lt", limit: string | undefined): boolean {
  if (value === undefined || limit === undefined) return false;
  if (!/^[+-]?\d+$/.test(value) || !/^[+-]?\d+$/.test(limit)) return false;
  const left = BigInt(value.replace(/^\+/, ""));
  const right = BigInt(limit.replace(/^\+/, ""));
  return operator === "Gt" ? left > right : left < right;
}

/** The labels that say where a node is. The `failure-domain` ones are what clusters before 1.17 have. */
export const topologyLabel = {
  hostname: "kubernetes.io/hostname",
  zone: "topology.kubernetes.io/zone",
  region: "topology.kubernetes.io/region",
  betaZone: "failure-domain.beta.kubernetes.io/zone",
  betaRegion: "failure-domain.beta.kubernetes.io/region",
} as const;

/** The zone of a node, or an empty string where it has no zone label. */
export function zoneOf(labels: Labels): string {
  return labelValue(labels, topologyLabel.zone) ?? labelValue(labels, topologyLabel.betaZone) ?? "";
}
