import { schedulerConstants } from "../../facts/scheduler.ts";
import { mulDiv } from "../../lib/whole.ts";
import type { ScoringStrategy, ShapePoint } from "../../model/scheduler-profile.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import { isScalarResource } from "../scheduler/pod-requests.ts";

const most = schedulerConstants.maxNodeScore;

/** One resource of a node in a score: what is taken without the pod, with it, and what there is. 0 of: left out. */
export interface ResourceUse {
  allocated: number;
  requested: number;
  allocatable: number;
}

/**
 * What a node has of a resource and what its pods take of it. `nonZero`: with the defaults of pods that ask for
 * nothing, for cpu and memory. Source: noderesources/resource_allocation.go, calculateNodeAllocatableRequest.
 */
export function resourceUse(
  use: ResourceUse,
  node: NodeInfo,
  resource: string,
  podRequest: number,
  nonZero: boolean,
): void {
  const { allocatable, requested } = node;
  use.allocatable = 0;
  use.allocated = 0;
  use.requested = 0;
  switch (resource) {
    case "cpu":
      use.allocatable = allocatable.milliCPU;
      use.allocated = nonZero ? node.nonZeroMilliCPU : requested.milliCPU;
      break;
    case "memory":
      use.allocatable = allocatable.memory;
      use.allocated = nonZero ? node.nonZeroMemory : requested.memory;
      break;
    case "ephemeral-storage":
      use.allocatable = allocatable.ephemeralStorage;
      use.allocated = requested.ephemeralStorage;
      break;
    default:
      // An extended resource that the pod does not ask for says nothing about where it should go.
      if (podRequest === 0 && isScalarResource(resource)) return;
      use.allocatable = allocatable.scalars.get(resource) ?? 0;
      use.allocated = requested.scalars.get(resource) ?? 0;
  }
  use.requested = use.allocated + podRequest;
}

/** The score of one resource under a strategy. Source: noderesources/{least,most}_allocated.go, requested_to_capacity_ratio.go. */
function strategyScore(strategy: ScoringStrategy, requested: number, capacity: number): number {
  switch (strategy.type) {
    case "LeastAllocated":
      return requested > capacity ? 0 : mulDiv(capacity - requested, most, capacity);
    case "MostAllocated":
      return mulDiv(Math.min(requested, capacity), most, capacity);
    case "RequestedToCapacityRatio":
      return shapeScore(strategy.shape, requested > capacity ? 100 : mulDiv(requested, 100, capacity));
  }
}

/** A broken line through the points, flat outside them. Source: plugins/helper/shape_score.go. */
export function shapeScore(shape: readonly ShapePoint[], utilization: number): number {
  for (const [index, point] of shape.entries()) {
    if (utilization > point.utilization) continue;
    const before = shape[index - 1];
    if (!before) return point.score;
    const slope = (point.score - before.score) * (utilization - before.utilization);
    return before.score + Math.trunc(slope / (point.utilization - before.utilization));
  }
  return shape[shape.length - 1]!.score;
}

const use: ResourceUse = { allocated: 0, requested: 0, allocatable: 0 };

/** The score of a node under a strategy: the weighted mean over its resources. `requests` are in their order. */
export function allocationScore(
  strategy: ScoringStrategy,
  requests: readonly number[],
  node: NodeInfo,
): number {
  let sum = 0;
  let weights = 0;
  const isRatio = strategy.type === "RequestedToCapacityRatio";
  const { resources } = strategy;
  for (let index = 0; index < resources.length; index++) {
    const { name, weight } = resources[index]!;
    resourceUse(use, node, name, requests[index]!, true);
    if (use.allocatable === 0) continue;
    const score = strategyScore(strategy, use.requested, use.allocatable);
    if (isRatio && score <= 0) continue;
    sum += score * weight;
    weights += weight;
  }
  if (weights === 0) return 0;
  return isRatio ? Math.round(sum / weights) : Math.trunc(sum / weights);
}
