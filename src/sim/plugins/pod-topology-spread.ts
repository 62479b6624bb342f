import { labelValue } from "../../model/meta.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import { type Cycle, type FilterPlugin, type ScorePlugin, skip, status } from "./plugin.ts";
import {
  hasAllKeys,
  isIncluded,
  isSpread,
  type SpreadConstraint,
  spreadConstraints,
  spreadMatcher,
} from "./spread-constraints.ts";
import { normalizeSpread, preScoreSpread, scoreSpread, type SpreadScoreState } from "./spread-scoring.ts";

const name = "PodTopologySpread";
const skewed = status(name, "Unschedulable", "node(s) didn't match pod topology spread constraints");
const missingLabel = status(
  name,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match pod topology spread constraints (missing required label)",
);

/** The refusals of this plugin, for the columns that compute them without it. */
export const spreadStatuses = { skewed, missingLabel } as const;

/** A hard constraint with the matching pods of each domain that counts for it. */
interface SpreadDomains {
  readonly constraint: SpreadConstraint;
  readonly matching: Map<string, number>;
  readonly selfMatch: 0 | 1;
}

/**
 * Counts the matching pods of each domain, over the nodes that have all topology keys and that the constraint's
 * policies include, feasible or not. Source: podtopologyspread/filtering.go, calPreFilterState.
 */
function countDomains(cycle: Cycle, constraints: readonly SpreadConstraint[]): readonly SpreadDomains[] {
  const { pod, view, behaviour } = cycle;
  return constraints.map((constraint) => {
    const matcher = spreadMatcher(constraint, pod.pod.namespace, behaviour);
    const counts = matcher && view.podCounts(matcher);
    const matching = new Map<string, number>();
    for (const node of view.nodes) {
      if (!hasAllKeys(constraints, node.labels) || !isIncluded(constraint, pod, node)) continue;
      const domain = labelValue(node.labels, constraint.topologyKey)!;
      matching.set(domain, (matching.get(domain) ?? 0) + (counts?.get(node) ?? 0));
    }
    return { constraint, matching, selfMatch: isSpread(constraint, pod.pod.labels) ? 1 : 0 };
  });
}

/** The smallest domain; 0 while there are fewer domains than minDomains asks for. */
function globalMinimum({ constraint, matching }: SpreadDomains): number {
  if (matching.size < constraint.minDomains) return 0;
  let least = Infinity;
  for (const count of matching.values()) least = Math.min(least, count);
  return least;
}

/** A pod comes to the node or leaves it; whether it is terminating is not asked. */
function updateWithPod(
  { pod }: Cycle,
  state: readonly SpreadDomains[],
  other: PodInfo,
  node: NodeInfo,
  delta: 1 | -1,
): void {
  const { namespace, labels } = other.pod;
  if (namespace !== pod.pod.namespace) return;
  const constraints = state.map(({ constraint }) => constraint);
  if (!hasAllKeys(constraints, node.labels)) return;
  for (const { constraint, matching } of state) {
    if (!isSpread(constraint, labels) || !isIncluded(constraint, pod, node)) continue;
    const domain = labelValue(node.labels, constraint.topologyKey)!;
    matching.set(domain, (matching.get(domain) ?? 0) + delta);
  }
}

/** Keeps the pods of a set apart over topology domains. Source: podtopologyspread/. */
export const podTopologySpread = {
  name,
  filterScope: "domains",
  scoreScope: "domains",
  preFilter(cycle) {
    const { pod, args, view, behaviour } = cycle;
    const constraints = spreadConstraints(
      pod,
      "DoNotSchedule",
      args.podTopologySpread,
      view.listers,
      behaviour,
    );
    return constraints.length === 0 ? skip : { kind: "state", state: countDomains(cycle, constraints) };
  },
  filter(_cycle, state, node) {
    for (const domains of state) {
      const { constraint, matching, selfMatch } = domains;
      const domain = labelValue(node.labels, constraint.topologyKey);
      if (domain === undefined) return missingLabel;
      const skew = (matching.get(domain) ?? 0) + selfMatch - globalMinimum(domains);
      if (skew > constraint.maxSkew) return skewed;
    }
    return undefined;
  },
  cloneState(state) {
    return state.map((domains) => ({ ...domains, matching: new Map(domains.matching) }));
  },
  addPod(cycle, state, added, node) {
    updateWithPod(cycle, state, added, node, 1);
  },
  removePod(cycle, state, removed, node) {
    updateWithPod(cycle, state, removed, node, -1);
  },
  preScore: preScoreSpread,
  score(_cycle, state, node) {
    return scoreSpread(state, node);
  },
  normalize(_cycle, state, scores, feasible) {
    normalizeSpread(state, scores, feasible);
  },
} satisfies FilterPlugin<readonly SpreadDomains[]> & ScorePlugin<SpreadScoreState>;
