import { naturalLog } from "../../lib/natural-log.ts";
import { mulDiv } from "../../lib/whole.ts";
import { labelValue } from "../../model/meta.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { Cycle } from "./plugin.ts";
import {
  hasAllKeys,
  hostnameKey,
  isIncluded,
  requiresAllTopologies,
  type SpreadConstraint,
  spreadConstraints,
  spreadMatcher,
} from "./spread-constraints.ts";

/** A soft constraint with the matching pods of each domain that a feasible node is in. */
interface ScoredConstraint {
  readonly constraint: SpreadConstraint;
  /** How much one pod weighs: the more domains, the more. */
  readonly weight: number;
  /** By domain; for the hostname by node, in `onNode`. */
  readonly inDomain: Map<string, number>;
  readonly onNode: ReadonlyMap<NodeInfo, number> | undefined;
}

export interface SpreadScoreState {
  readonly constraints: readonly ScoredConstraint[];
  /** Feasible nodes without one of the topology keys: they score 0. */
  readonly ignored: ReadonlySet<NodeInfo>;
  readonly rounds: boolean;
}

/** The weight of a topology with so many domains: ln(domains + 2). Source: podtopologyspread/scoring.go. */
export function topologyWeight(domains: number): number {
  return naturalLog(domains + 2);
}

/** The raw score that a domain's pods cost; skew below maxSkew is watered down. */
export function costOf(count: number, weight: number, maxSkew: number): number {
  return count * weight + (maxSkew - 1);
}

/** Counts the matching pods of the domains that feasible nodes are in. Source: podtopologyspread/scoring.go, PreScore. */
export function preScoreSpread(
  cycle: Cycle,
  feasible: readonly NodeInfo[],
): { readonly state: SpreadScoreState } | "skip" {
  const { pod, view, args, behaviour } = cycle;
  const spreadArgs = args.podTopologySpread;
  const constraints = spreadConstraints(pod, "ScheduleAnyway", spreadArgs, view.listers, behaviour);
  const rounds = behaviour.spreadRounds;
  if (constraints.length === 0)
    return behaviour.spreadSkipsScore ? "skip" : { state: { constraints: [], ignored: new Set(), rounds } };
  const needsAll = requiresAllTopologies(pod, spreadArgs, behaviour);
  const ignored = new Set(needsAll ? feasible.filter((node) => !hasAllKeys(constraints, node.labels)) : []);
  const scored = feasible.filter((node) => !ignored.has(node));
  return {
    state: {
      constraints: constraints.map((constraint) =>
        scoreConstraint(cycle, constraint, scored, needsAll ? constraints : []),
      ),
      ignored,
      rounds,
    },
  };
}

function scoreConstraint(
  { pod, view, behaviour }: Cycle,
  constraint: SpreadConstraint,
  scored: readonly NodeInfo[],
  needed: readonly SpreadConstraint[],
): ScoredConstraint {
  const { topologyKey } = constraint;
  const matcher = spreadMatcher(constraint, pod.pod.namespace, behaviour);
  const counts = matcher && view.podCounts(matcher);
  const inDomain = new Map<string, number>();
  if (topologyKey === hostnameKey)
    return { constraint, weight: topologyWeight(scored.length), inDomain, onNode: counts };
  // A node without the label stands in a domain of its own: the one without a name.
  for (const node of scored) inDomain.set(labelValue(node.labels, topologyKey) ?? "", 0);
  const weight = topologyWeight(inDomain.size);
  if (counts)
    for (const [node, count] of counts) {
      const domain = labelValue(node.labels, topologyKey) ?? "";
      const sum = inDomain.get(domain);
      if (sum === undefined || !hasAllKeys(needed, node.labels) || !isIncluded(constraint, pod, node))
        continue;
      inDomain.set(domain, sum + count);
    }
  return { constraint, weight, inDomain, onNode: undefined };
}

/** The raw score of a node: the fewer the better. */
export function scoreSpread({ constraints, ignored, rounds }: SpreadScoreState, node: NodeInfo): number {
  if (ignored.has(node)) return 0;
  let score = 0;
  for (const { constraint, weight, inDomain, onNode } of constraints) {
    const domain = labelValue(node.labels, constraint.topologyKey);
    if (domain === undefined) continue;
    const count = constraint.topologyKey === hostnameKey ? (onNode?.get(node) ?? 0) : inDomain.get(domain)!;
    score += costOf(count, weight, constraint.maxSkew);
  }
  return rounds ? Math.round(score) : Math.trunc(score);
}

/** The final score for a raw one, among those of which the least and the most are known. */
export function normalizedSpread(score: number, least: number, most: number): number {
  return most === 0 ? 100 : mulDiv(100, most + least - score, most);
}

export function normalizeSpread(
  { ignored }: SpreadScoreState,
  scores: number[],
  feasible: readonly NodeInfo[],
): void {
  let least = Infinity;
  let most = 0;
  for (const [index, node] of feasible.entries()) {
    if (ignored.has(node)) continue;
    least = Math.min(least, scores[index]!);
    most = Math.max(most, scores[index]!);
  }
  for (const [index, node] of feasible.entries())
    scores[index] = ignored.has(node) ? 0 : normalizedSpread(scores[index]!, least, most);
}
