import { type AffinityTerm, termMatches } from "../scheduler/affinity-terms.ts";
import type { LabelSet } from "../scheduler/pod-info.ts";
import type { PodMatcher } from "./plugin.ts";

/** Whether these pods match all terms; no pod matches none. */
export function matchesAllTerms(terms: readonly AffinityTerm[], pods: LabelSet): boolean {
  return terms.length > 0 && terms.every((term) => termMatches(term, pods.namespace, pods.labels, {}));
}

/** The question which pods match all of the terms. Terminating pods count. */
export function termsMatcher(terms: readonly AffinityTerm[]): PodMatcher {
  const spaces = terms.map(({ namespaces, namespaceSelector }) =>
    namespaceSelector === undefined ? namespaces : undefined,
  );
  const key = terms.map((term) => [
    [...term.namespaces],
    term.namespaceSelector ?? null,
    term.selector ?? null,
  ]);
  return {
    key: `terms ${JSON.stringify(key)}`,
    namespaces: spaces.find((each) => each !== undefined),
    countsTerminating: true,
    matches: (pods) => matchesAllTerms(terms, pods),
  };
}
