import { labelValue } from "../../model/meta.ts";
import {
  type AffinityTerm,
  type AffinityTerms,
  namespaceLabels,
  resolveNamespaces,
  termMatches,
  type WeightedTerm,
} from "../scheduler/affinity-terms.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { Cycle } from "./plugin.ts";
import { termsMatcher } from "./terms-matcher.ts";

/** Weights by topology domain: key, then value. An entry of 0 is still an entry: something was counted there. */
export type AffinityScoreState = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A term with what each matching pod counts: anti-affinity counts against. */
export interface SignedTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

const signed = (terms: readonly WeightedTerm[], sign: 1 | -1) =>
  terms.map(({ term, weight }): SignedTerm => ({ term, weight: sign * weight }));

/** What the pod of this cycle prefers, its namespaces resolved. */
export function preferredTerms({ pod: { terms }, view, behaviour }: Cycle): readonly SignedTerm[] {
  return [...signed(terms.preferred, 1), ...signed(terms.preferredAnti, -1)].map(({ term, weight }) => ({
    term: resolveNamespaces(term, view.listers, behaviour),
    weight,
  }));
}

/** What a pod that is there makes of the pod of this cycle: its preferences, and its required affinity. */
export function attractingTerms(terms: AffinityTerms, cycle: Cycle): readonly SignedTerm[] {
  const { pod, view, args } = cycle;
  const { hardPodAffinityWeight } = args.interPodAffinity;
  const { namespace, labels } = pod.pod;
  const spaceLabels = namespaceLabels(view.listers, namespace);
  const attracting: SignedTerm[] = [];
  const add = (term: AffinityTerm, weight: number) => {
    if (termMatches(term, namespace, labels, spaceLabels)) attracting.push({ term, weight });
  };
  if (hardPodAffinityWeight > 0) for (const term of terms.required) add(term, hardPodAffinityWeight);
  for (const { term, weight } of terms.preferred) add(term, weight);
  for (const { term, weight } of terms.preferredAnti) add(term, -weight);
  return attracting;
}

/** Whether the preferences of other pods count for this one at all. */
export function ignoresOthers({ pod: { terms }, args }: Cycle): boolean {
  return (
    args.interPodAffinity.ignorePreferredTermsOfExistingPods &&
    terms.preferred.length + terms.preferredAnti.length === 0
  );
}

/** Adds up what speaks for and against each domain. Source: interpodaffinity/scoring.go, PreScore. */
export function preScoreAffinity(cycle: Cycle): { readonly state: AffinityScoreState } | "skip" {
  if (ignoresOthers(cycle)) return "skip";
  const domains = new Map<string, Map<string, number>>();
  const add = ({ term, weight }: SignedTerm, nodes: ReadonlyMap<NodeInfo, number>) => {
    for (const [node, pods] of nodes) {
      const value = labelValue(node.labels, term.topologyKey);
      if (value === undefined || pods === 0) continue;
      let values = domains.get(term.topologyKey);
      if (!values) domains.set(term.topologyKey, (values = new Map()));
      values.set(value, (values.get(value) ?? 0) + weight * pods);
    }
  };
  for (const preferred of preferredTerms(cycle))
    add(preferred, cycle.view.podCounts(termsMatcher([preferred.term])));
  for (const { terms, nodes } of cycle.view.termOwners())
    for (const attracting of attractingTerms(terms, cycle)) add(attracting, nodes);
  return domains.size === 0 && cycle.behaviour.affinitySkipsScore ? "skip" : { state: domains };
}

/** The raw score of a node: the sum over its domains. It may be negative. */
export function scoreAffinity(state: AffinityScoreState, node: NodeInfo): number {
  let sum = 0;
  for (const [key, values] of state) {
    const value = labelValue(node.labels, key);
    if (value !== undefined) sum += values.get(value) ?? 0;
  }
  return sum;
}

/** The final score for a raw one: divided before it is multiplied, in float64, and truncated. */
export function normalizedAffinity(score: number, least: number, most: number): number {
  return most > least ? Math.trunc(100 * ((score - least) / (most - least))) : 0;
}

export function normalizeAffinity(scores: number[]): void {
  let least = Infinity;
  let most = -Infinity;
  for (const score of scores) {
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  for (let i = 0; i < scores.length; i++) scores[i] = normalizedAffinity(scores[i]!, least, most);
}
