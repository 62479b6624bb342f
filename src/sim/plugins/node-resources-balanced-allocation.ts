import { unreachable } from "../../lib/assert.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import { requestToScore } from "../scheduler/pod-requests.ts";
import { resourceUse, type ResourceUse } from "./resource-scoring.ts";
import type { ScorePlugin } from "./plugin.ts";

const name = "NodeResourcesBalancedAllocation";

/**
 * 100 for fractions that are all alike, less the further they are apart: (1 − their standard deviation) · 100,
 * truncated, in float64. Source: noderesources/balanced_allocation.go, balancedResourceScore.
 */
export function balance(fractions: readonly number[], count = fractions.length): number {
  return Math.trunc((1 - deviation(fractions, count)) * 100);
}

function deviation(fractions: readonly number[], count: number): number {
  if (count < 2) return 0;
  if (count === 2) return Math.abs((fractions[0]! - fractions[1]!) / 2);
  let total = 0;
  for (let i = 0; i < count; i++) total += fractions[i]!;
  const mean = total / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (fractions[i]! - mean) * (fractions[i]! - mean);
  return Math.sqrt(squares / count);
}

const fractionOf = (used: number, allocatable: number) => Math.min(1, used / allocatable);
// One for all nodes: this is asked for each of them.
const use: ResourceUse = { allocated: 0, requested: 0, allocatable: 0 };
const before: number[] = [];
const after: number[] = [];

/** Fills `before` and `after` with how much of each resource is used without the pod and with it; how many there are. */
function takeFractions(
  resources: readonly string[],
  requests: readonly number[],
  node: NodeInfo,
  nonZero: boolean,
): number {
  let count = 0;
  for (let index = 0; index < resources.length; index++) {
    resourceUse(use, node, resources[index]!, requests[index]!, nonZero);
    if (use.allocatable === 0) continue;
    before[count] = fractionOf(use.allocated, use.allocatable);
    after[count] = fractionOf(use.requested, use.allocatable);
    count++;
  }
  return count;
}

/**
 * Prefers nodes on which cpu and memory are used alike, or (since 1.36) come to be so.
 * Source: noderesources/balanced_allocation.go.
 */
export const nodeResourcesBalancedAllocation = {
  name,
  scoreScope: "pods",
  preScore({ pod: { pod }, args, behaviour }) {
    const nonZero = behaviour.balancedAllocation === "non-zero";
    const { resources } = args.nodeResourcesBalancedAllocation;
    const requests = resources.map((resource) => requestToScore(pod, resource, nonZero, behaviour));
    if (behaviour.balancedSkipsBestEffort && requests.every((request) => request === 0)) return "skip";
    return { state: requests };
  },
  score({ args, behaviour }, requests, node) {
    const { balancedAllocation } = behaviour;
    const { resources } = args.nodeResourcesBalancedAllocation;
    const count = takeFractions(resources, requests, node, balancedAllocation === "non-zero");
    switch (balancedAllocation) {
      case "non-zero":
      case "requested":
        return balance(after, count);
      case "improvement":
        return 50 + Math.trunc((50 + balance(after, count) - balance(before, count)) / 2);
      default:
        return unreachable(balancedAllocation);
    }
  },
} satisfies ScorePlugin<readonly number[]>;
