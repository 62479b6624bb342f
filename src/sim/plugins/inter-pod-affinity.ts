import { labelValue } from "../../model/meta.ts";
import {
  type AffinityTerm,
  type AffinityTerms,
  namespaceLabels,
  resolveNamespaces,
  termMatches,
} from "../scheduler/affinity-terms.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import { matchesAllTerms, termsMatcher } from "./terms-matcher.ts";
import {
  type AffinityScoreState,
  normalizeAffinity,
  preScoreAffinity,
  scoreAffinity,
} from "./affinity-scoring.ts";
import { type Cycle, type FilterPlugin, type ScorePlugin, skip, status } from "./plugin.ts";

const name = "InterPodAffinity";

/** The refusals of this plugin, in the order in which they are looked for. */
export const affinityStatuses = {
  affinity: status(name, "UnschedulableAndUnresolvable", "node(s) didn't match pod affinity rules"),
  antiAffinity: status(name, "Unschedulable", "node(s) didn't match pod anti-affinity rules"),
  existing: status(name, "Unschedulable", "node(s) didn't satisfy existing pods anti-affinity rules"),
} as const;

/** Pods by topology domain: key, then value. A domain that comes to 0 is forgotten. */
type Domains = Map<string, Map<string, number>>;

interface AffinityState {
  /** Terms of the pod, their namespaces resolved. */
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  /** Pods that match all required terms, in the domain of each term. */
  readonly affinity: Domains;
  readonly antiAffinity: Domains;
  /** Pods whose required anti-affinity selects this pod. */
  readonly existing: Domains;
}

function count(domains: Domains, node: NodeInfo, key: string, delta: number): void {
  const value = labelValue(node.labels, key);
  if (value === undefined || delta === 0) return;
  let values = domains.get(key);
  if (!values) domains.set(key, (values = new Map()));
  const sum = (values.get(value) ?? 0) + delta;
  if (sum !== 0) values.set(value, sum);
  else if (values.delete(value) && values.size === 0) domains.delete(key);
}

function inDomain(domains: Domains, node: NodeInfo, key: string): number {
  const value = labelValue(node.labels, key);
  return value === undefined ? 0 : (domains.get(key)?.get(value) ?? 0);
}

/** The required anti-affinity terms of other pods that select this one. */
export function hostileTerms(terms: AffinityTerms, cycle: Cycle): readonly AffinityTerm[] {
  if (terms.requiredAnti.length === 0) return [];
  const { namespace, labels } = cycle.pod.pod;
  const spaceLabels = namespaceLabels(cycle.view.listers, namespace);
  return terms.requiredAnti.filter((term) => termMatches(term, namespace, labels, spaceLabels));
}

/** The required terms of the pod of this cycle, their namespaces resolved. */
export function incomingTerms(
  terms: readonly AffinityTerm[],
  { view, behaviour }: Cycle,
): readonly AffinityTerm[] {
  return terms.map((term) => resolveNamespaces(term, view.listers, behaviour));
}

function computeState(cycle: Cycle): AffinityState {
  const { pod, view } = cycle;
  const required = incomingTerms(pod.terms.required, cycle);
  const requiredAnti = incomingTerms(pod.terms.requiredAnti, cycle);
  const affinity: Domains = new Map();
  const antiAffinity: Domains = new Map();
  const existing: Domains = new Map();
  if (required.length > 0)
    for (const [node, pods] of view.podCounts(termsMatcher(required)))
      for (const { topologyKey } of required) count(affinity, node, topologyKey, pods);
  for (const term of requiredAnti)
    for (const [node, pods] of view.podCounts(termsMatcher([term])))
      count(antiAffinity, node, term.topologyKey, pods);
  for (const { terms, nodes } of view.termOwners())
    for (const { topologyKey } of hostileTerms(terms, cycle))
      for (const [node, pods] of nodes) count(existing, node, topologyKey, pods);
  return { required, requiredAnti, affinity, antiAffinity, existing };
}

/** All terms need their topology key; without any matching pod anywhere, a pod that matches itself may be the first. */
function satisfiesAffinity(
  { required, affinity }: AffinityState,
  { labelSet }: PodInfo,
  node: NodeInfo,
): boolean {
  let podsExist = true;
  for (const { topologyKey } of required) {
    if (labelValue(node.labels, topologyKey) === undefined) return false;
    if (inDomain(affinity, node, topologyKey) <= 0) podsExist = false;
  }
  return podsExist || (affinity.size === 0 && matchesAllTerms(required, labelSet));
}

function updateWithPod(
  cycle: Cycle,
  state: AffinityState,
  other: PodInfo,
  node: NodeInfo,
  delta: 1 | -1,
): void {
  for (const { topologyKey } of hostileTerms(other.terms, cycle))
    count(state.existing, node, topologyKey, delta);
  if (matchesAllTerms(state.required, other.labelSet))
    for (const { topologyKey } of state.required) count(state.affinity, node, topologyKey, delta);
  for (const term of state.requiredAnti)
    if (matchesAllTerms([term], other.labelSet)) count(state.antiAffinity, node, term.topologyKey, delta);
}

const cloneDomains = (domains: Domains): Domains =>
  new Map([...domains].map(([key, values]) => [key, new Map(values)]));

/**
 * Affinity and anti-affinity between pods, in both directions. Source: interpodaffinity/filtering.go.
 */
export const interPodAffinity = {
  name,
  filterScope: "domains",
  scoreScope: "domains",
  preFilter(cycle) {
    const state = computeState(cycle);
    const hasNothing =
      state.existing.size === 0 && state.required.length === 0 && state.requiredAnti.length === 0;
    return hasNothing ? skip : { kind: "state", state };
  },
  filter({ pod }, state, node) {
    if (!satisfiesAffinity(state, pod, node)) return affinityStatuses.affinity;
    for (const { topologyKey } of state.requiredAnti)
      if (inDomain(state.antiAffinity, node, topologyKey) > 0) return affinityStatuses.antiAffinity;
    for (const topologyKey of state.existing.keys())
      if (inDomain(state.existing, node, topologyKey) > 0) return affinityStatuses.existing;
    return undefined;
  },
  cloneState(state) {
    return {
      ...state,
      affinity: cloneDomains(state.affinity),
      antiAffinity: cloneDomains(state.antiAffinity),
      existing: cloneDomains(state.existing),
    };
  },
  addPod(cycle, state, added, node) {
    updateWithPod(cycle, state, added, node, 1);
  },
  removePod(cycle, state, removed, node) {
    updateWithPod(cycle, state, removed, node, -1);
  },
  preScore: preScoreAffinity,
  score(_cycle, state, node) {
    return scoreAffinity(state, node);
  },
  normalize(_cycle, _state, scores) {
    normalizeAffinity(scores);
  },
} satisfies FilterPlugin<AffinityState> & ScorePlugin<AffinityScoreState>;
