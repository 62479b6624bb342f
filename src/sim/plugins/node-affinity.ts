import type { PreferredNodeTerm } from "../../model/affinity.ts";
import type { PodSpec } from "../../model/pod.ts";
import {
  hasRequiredNodeAffinity,
  isEmptyTerm,
  isValidTerm,
  matchesRequiredNodeAffinity,
  matchesTerm,
  matchesTerms,
} from "./node-selector-terms.ts";
import { defaultNormalize } from "./normalize.ts";
import { type FilterPlugin, type PreFilterOutcome, type ScorePlugin, skip, status } from "./plugin.ts";

const name = "NodeAffinity";
const mismatch = status(
  name,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match Pod's node affinity/selector",
);
const enforcedMismatch = status(
  name,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match scheduler-enforced node affinity",
);
const conflict = status(name, "UnschedulableAndUnresolvable", "pod affinity terms conflict");

/**
 * The nodes that the required terms name by `metadata.name`; undefined unless every term names some.
 * Within a term the names are intersected, terms are joined.
 */
function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity.requiredNodes;
  if (!terms || terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    let names: Set<string> | undefined;
    for (const { key, operator, values } of term.matchFields) {
      if (key !== "metadata.name" || operator !== "In") continue;
      names = new Set(names ? values.filter((value) => names!.has(value)) : values);
    }
    if (!names) return undefined;
    for (const each of names) all.add(each);
  }
  return all;
}

const usable = ({ weight, term }: PreferredNodeTerm) => weight !== 0 && !isEmptyTerm(term);

/** Matches the node selector and node affinity of the pod, and of its profile. Source: nodeaffinity/node_affinity.go. */
export const nodeAffinity = {
  name,
  filterScope: "node",
  scoreScope: "node",
  preFilter({ pod: { pod }, args, behaviour }): PreFilterOutcome<undefined> {
    const { addedRequired } = args.nodeAffinity;
    if (!hasRequiredNodeAffinity(pod.spec) && addedRequired === undefined) return skip;
    const names = behaviour.nodeNameNarrowing ? namedNodes(pod.spec) : undefined;
    if (names === undefined) return { kind: "state", state: undefined };
    if (names.size === 0) return { kind: "rejected", status: conflict };
    return { kind: "state", state: undefined, nodeNames: names };
  },
  filter({ pod: { pod }, args }, _state, node) {
    const { addedRequired } = args.nodeAffinity;
    if (addedRequired !== undefined && !matchesTerms(addedRequired, node)) return enforcedMismatch;
    return matchesRequiredNodeAffinity(pod.spec, node) ? undefined : mismatch;
  },
  preScore({ pod: { pod }, args, behaviour }) {
    const { preferredNodes } = pod.spec.affinity;
    const { addedPreferred } = args.nodeAffinity;
    if (behaviour.nodeAffinitySkipsScore && preferredNodes.length + addedPreferred.length === 0)
      return "skip";
    const own = preferredNodes.filter(usable);
    if (!own.every(({ term }) => isValidTerm(term)))
      return status(name, "Error", "a preferred node affinity term of the pod cannot be parsed");
    return { state: [...addedPreferred.filter(usable), ...own] };
  },
  score(_cycle, terms, node) {
    let sum = 0;
    for (const { weight, term } of terms) if (matchesTerm(term, node)) sum += weight;
    return sum;
  },
  normalization: "proportional",
  normalize(_cycle, _state, scores) {
    defaultNormalize(scores, false);
  },
} satisfies FilterPlugin<undefined> & ScorePlugin<readonly PreferredNodeTerm[]>;
