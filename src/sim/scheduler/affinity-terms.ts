import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Affinity, PodAffinityTerm } from "../../model/affinity.ts";
import type { Labels } from "../../model/meta.ts";
import { type LabelSelector, matchesSelector } from "../../model/selector.ts";
import type { SchedulerListers } from "./listers.ts";

/** A pod (anti-)affinity term as it stands for a pod of one namespace. Source: kube-scheduler/framework, AffinityTerm. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  /** Undefined selects nothing. */
  readonly namespaceSelector: LabelSelector | undefined;
  readonly selector: LabelSelector | undefined;
}

export interface WeightedTerm {
  readonly weight: number;
  readonly term: AffinityTerm;
}

/** All pod affinity of a pod, as it stands for its namespace. */
export interface AffinityTerms {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
  readonly preferredAnti: readonly WeightedTerm[];
}

const noTerms: AffinityTerms = { required: [], requiredAnti: [], preferred: [], preferredAnti: [] };

const interned = new Map<string, AffinityTerms>();
const mostInterned = 50_000;

/** The terms of a pod in `namespace`. Equal terms are the same object, so that their pods are counted together. */
export function affinityTerms(affinity: Affinity, namespace: string): AffinityTerms {
  const { requiredPods, requiredAntiPods, preferredPods, preferredAntiPods } = affinity;
  const all = [requiredPods, requiredAntiPods, preferredPods, preferredAntiPods];
  if (all.every(({ length }) => length === 0)) return noTerms;
  const key = JSON.stringify([namespace, ...all]);
  let terms = interned.get(key);
  if (!terms) {
    if (interned.size >= mostInterned) interned.clear();
    interned.set(key, (terms = computeTerms(affinity, namespace)));
  }
  return terms;
}

function computeTerms(affinity: Affinity, namespace: string): AffinityTerms {
  const toTerm = (term: PodAffinityTerm) => affinityTerm(term, namespace);
  const toWeighted = ({ weight, term }: { readonly weight: number; readonly term: PodAffinityTerm }) => ({
    weight,
    term: toTerm(term),
  });
  return {
    required: affinity.requiredPods.map(toTerm),
    requiredAnti: affinity.requiredAntiPods.map(toTerm),
    preferred: affinity.preferredPods.map(toWeighted),
    preferredAnti: affinity.preferredAntiPods.map(toWeighted),
  };
}

/** Whether there is any term at all. */
export function hasTerms(terms: AffinityTerms): boolean {
  return terms !== noTerms;
}

/**
 * A term without namespaces and without a namespaceSelector means the pod's own namespace. The matchLabelKeys are
 * not looked at: the API server has merged them into the selector.
 */
function affinityTerm(term: PodAffinityTerm, namespace: string): AffinityTerm {
  const isOwnNamespace = term.namespaces.length === 0 && term.namespaceSelector === undefined;
  return {
    topologyKey: term.topologyKey,
    namespaces: new Set(isOwnNamespace ? [namespace] : term.namespaces),
    namespaceSelector: term.namespaceSelector,
    selector: term.labelSelector,
  };
}

/** Whether a pod with these labels, in a namespace with those, is selected by the term of another pod. */
export function termMatches(
  term: AffinityTerm,
  namespace: string,
  labels: Labels,
  namespaceLabels: Labels,
): boolean {
  if (term.selector === undefined) return false;
  const inNamespace =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined && matchesSelector(term.namespaceSelector, namespaceLabels));
  return inNamespace && matchesSelector(term.selector, labels);
}

/**
 * The term of a pod that is being placed: its namespaceSelector is resolved to the namespaces it selects now.
 * Source: interpodaffinity/plugin.go, mergeAffinityTermNamespacesIfNotEmpty.
 */
export function resolveNamespaces(
  term: AffinityTerm,
  listers: SchedulerListers,
  behaviour: SchedulerBehaviour,
): AffinityTerm {
  const { namespaceSelector } = term;
  if (namespaceSelector === undefined || namespaceSelector.length === 0) return term;
  if (behaviour.namespaceSelectorStays && matchesSelector(namespaceSelector, {}))
    return { ...term, namespaceSelector: [] };
  const namespaces = new Set(term.namespaces);
  for (const { name, labels } of listers.namespaces())
    if (matchesSelector(namespaceSelector, labels)) namespaces.add(name);
  return { ...term, namespaces, namespaceSelector: undefined };
}

/** The labels of a namespace; of one that is not there, none. */
export function namespaceLabels(listers: SchedulerListers, namespace: string): Labels {
  return listers.namespace(namespace)?.labels ?? {};
}
