import { type SchedulerBehaviour, systemDefaultSpreading } from "../../facts/scheduler.ts";
import { controllerOf, type Labels, labelValue } from "../../model/meta.ts";
import type { Pod, TopologySpreadConstraint } from "../../model/pod.ts";
import { type LabelSelector, matchesSelector } from "../../model/selector.ts";
import type { PluginArgs } from "../../model/scheduler-profile.ts";
import type { SchedulerListers } from "../scheduler/listers.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import { matchesRequiredNodeAffinity } from "./node-selector-terms.ts";
import type { PodMatcher } from "./plugin.ts";
import { untoleratedTaint } from "./taint-toleration.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";

/**
 * The spreading constraints of a pod as the scheduler takes them: its own, or the default ones.
 * Source: podtopologyspread/common.go and plugin.go, plugins/helper/spread.go.
 */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Undefined selects nothing. */
  readonly selector: LabelSelector | undefined;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

export const hostnameKey = "kubernetes.io/hostname";

type Action = TopologySpreadConstraint["whenUnsatisfiable"];

const systemConstraints = systemDefaultSpreading.map(
  ({ topologyKey, maxSkew }): TopologySpreadConstraint => ({
    topologyKey,
    maxSkew,
    whenUnsatisfiable: "ScheduleAnyway",
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
    matchLabelKeys: [],
  }),
);

/** Whether nodes without one of the topology keys count for nothing; not so under the system's defaults. */
export function requiresAllTopologies(
  { pod: { spec } }: PodInfo,
  args: PluginArgs["podTopologySpread"],
  behaviour: SchedulerBehaviour,
): boolean {
  return (
    spec.topologySpreadConstraints.length > 0 ||
    args.defaultConstraints !== "system" ||
    !behaviour.spreadDefaultsNeedNoZone
  );
}

/** The constraints of a pod that act so when they cannot be met. */
export function spreadConstraints(
  { pod }: PodInfo,
  action: Action,
  args: PluginArgs["podTopologySpread"],
  listers: SchedulerListers,
  behaviour: SchedulerBehaviour,
): readonly SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints;
  if (own.length > 0)
    return own
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
      .map((each) => toConstraint(each, selectorOf(each, pod.labels, behaviour), behaviour));
  const defaults = args.defaultConstraints === "system" ? systemConstraints : args.defaultConstraints;
  const applying = defaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
  if (applying.length === 0) return [];
  const selector = defaultSelector(pod, listers);
  return selector.length === 0 ? [] : applying.map((each) => toConstraint(each, selector, behaviour));
}

function toConstraint(
  constraint: TopologySpreadConstraint,
  selector: LabelSelector | undefined,
  behaviour: SchedulerBehaviour,
): SpreadConstraint {
  const { topologyKey, maxSkew, minDomains, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  const hasPolicies = behaviour.spreadInclusionPolicies;
  return {
    topologyKey,
    maxSkew,
    minDomains: behaviour.spreadMinDomains ? (minDomains ?? 1) : 1,
    selector,
    honorsAffinity: !hasPolicies || nodeAffinityPolicy === "Honor",
    honorsTaints: hasPolicies && nodeTaintsPolicy === "Honor",
  };
}

/** The selector of a constraint, with the pod's own values of its matchLabelKeys. */
function selectorOf(
  constraint: TopologySpreadConstraint,
  labels: Labels,
  behaviour: SchedulerBehaviour,
): LabelSelector | undefined {
  const { labelSelector, matchLabelKeys } = constraint;
  if (labelSelector === undefined || !behaviour.spreadMatchLabelKeys) return labelSelector;
  const own = matchLabelKeys
    .filter((key) => labelValue(labels, key) !== undefined)
    .map((key) => ({ key, operator: "In" as const, values: [labels[key]!] }));
  return own.length === 0 ? labelSelector : [...own, ...labelSelector];
}

/**
 * What the default constraints count: the pods of all Services that select this pod, and of its controller.
 * A ReplicationController's labels win over a Service's; the selectors of the others come on top.
 */
export function defaultSelector(pod: Pod, listers: SchedulerListers): LabelSelector {
  const merged = new Map<string, LabelSelector[number]>();
  for (const { selector } of listers.services(pod.namespace))
    if (selector && matchesSelector(selector, pod.labels))
      for (const requirement of selector) merged.set(requirement.key, requirement);
  const owner = controllerOf(pod);
  const kind = owner && controllerKinds[`${owner.apiVersion}/${owner.kind}`];
  const controller = kind && listers.controller(kind, pod.namespace, owner.name);
  if (!controller) return [...merged.values()];
  if (kind !== "ReplicationController") return [...merged.values(), ...controller.selector];
  for (const requirement of controller.selector) merged.set(requirement.key, requirement);
  return [...merged.values()];
}

const controllerKinds: Readonly<Record<string, string>> = {
  "v1/ReplicationController": "ReplicationController",
  "apps/v1/ReplicaSet": "ReplicaSet",
  "apps/v1/StatefulSet": "StatefulSet",
};

/** The question which pods a constraint counts: those of one namespace that are not terminating. */
export function spreadMatcher(
  { selector }: SpreadConstraint,
  namespace: string,
  behaviour: SchedulerBehaviour,
): PodMatcher | undefined {
  if (selector === undefined) return undefined;
  if (selector.length === 0 && behaviour.spreadEmptySelectorCountsNone) return undefined;
  return {
    key: `spread ${namespace} ${JSON.stringify(selector)}`,
    namespaces: new Set([namespace]),
    countsTerminating: false,
    matches: (pods) => pods.namespace === namespace && matchesSelector(selector, pods.labels),
  };
}

/** Whether a pod with these labels is one that the constraint spreads. */
export function isSpread({ selector }: SpreadConstraint, labels: Labels): boolean {
  return selector !== undefined && matchesSelector(selector, labels);
}

/** Whether a node has all the topology keys of the constraints. */
export function hasAllKeys(constraints: readonly SpreadConstraint[], labels: Labels): boolean {
  return constraints.every(({ topologyKey }) => labelValue(labels, topologyKey) !== undefined);
}

/** Whether the pods of a node count for the constraint, by its node inclusion policies. */
export function isIncluded(
  { honorsAffinity, honorsTaints }: SpreadConstraint,
  pod: PodInfo,
  node: NodeInfo,
): boolean {
  if (honorsAffinity && !matchesRequiredNodeAffinity(pod.pod.spec, node)) return false;
  return !honorsTaints || untoleratedTaint(node.node!.taints, pod.spec.tolerations) === undefined;
}
