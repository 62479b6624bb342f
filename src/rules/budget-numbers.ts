import { disruptionFacts } from "../facts/disruption.ts";
import type { PodDisruptionBudget } from "../model/budget.ts";
import { controllerOf } from "../model/meta.ts";
import { isFinished, isReady, type Pod } from "../model/pod.ts";
import { resolveIntOrPercent } from "../model/workload.ts";
import { neededOf } from "./budget-suggestions.ts";
import type { ClusterIndex } from "./cluster-index.ts";

/** A controller that a budget's expected count goes by. */
export interface ScaleOwner {
  /** `shop/Deployment/web`. */
  readonly workload: string;
  readonly replicas: number;
  /** Whether the replicas are only its present pods: a custom resource, whose scale the API server alone knows. */
  readonly isGuessed: boolean;
}

/** What the disruption controller would write into a budget's status, and what it took that from. */
export interface BudgetCount {
  readonly pods: readonly Pod[];
  /** False where the sync fails: a percentage or maxUnavailable over pods whose controller has no scale. */
  readonly isCountable: boolean;
  readonly expected: number;
  readonly desired: number;
  readonly healthy: number;
  readonly allowed: number;
  /** The controllers of its pods that have a scale. */
  readonly owners: readonly ScaleOwner[];
  /** Pods whose controller has no scale: of a DaemonSet, a Job. */
  readonly unscalable: readonly Pod[];
  /** Pods without a controller. */
  readonly unmanaged: readonly Pod[];
  /** How many it allows once every wanted replica is there and Ready. */
  readonly allowedAtBest: number;
  /** How many healthy pods there are then. */
  readonly healthyAtBest: number;
}

/** Kinds without a scale subresource. */
const scaleless = new Set(["Job", "DaemonSet", "Node", "CronJob"]);

/**
 * Counts a budget as the disruption controller does. Source: pkg/controller/disruption/disruption.go (getExpectedScale,
 * countHealthyPods). The simulation has its own reading of the same source (src/sim/controllers/disruption.ts), which
 * rules may not import; test/rules/budget-numbers.test.ts keeps the two equal.
 */
export function countBudget(index: ClusterIndex, budget: PodDisruptionBudget): BudgetCount {
  let counts = known.get(index);
  if (!counts) known.set(index, (counts = new Map()));
  let count = counts.get(budget);
  if (!count) counts.set(budget, (count = computeCount(index, budget)));
  return count;
}

/** Several rules ask for the same numbers. */
const known = new WeakMap<ClusterIndex, Map<PodDisruptionBudget, BudgetCount>>();

function computeCount(index: ClusterIndex, budget: PodDisruptionBudget): BudgetCount {
  const pods = index.podsOfBudget(budget);
  const controllers = controllersOf(index, pods);
  const { owners, unscalable, unmanaged } = controllers;
  const scale = owners.reduce((sum, { replicas }) => sum + replicas, 0);
  const isFixed = typeof budget.minAvailable === "number" && budget.maxUnavailable === undefined;
  const isUnlimited = budget.minAvailable === undefined && budget.maxUnavailable === undefined;
  const isCountable = isFixed || isUnlimited || unscalable.length === 0;
  const expected = !isCountable ? 0 : isFixed || isUnlimited ? pods.length : scale;
  const desired = isCountable ? neededOf(budget, expected) : 0;
  const healthy = pods.filter((pod) => isHealthy(index, budget, pod)).length;
  const loose = [...unmanaged, ...unscalable].filter((pod) => !isFinished(pod) && !pod.deletion).length;
  const healthyAtBest = scale + loose;
  const expectedAtBest = isFixed || isUnlimited ? Math.max(pods.length, healthyAtBest) : scale;
  const neededAtBest = neededOf(budget, expectedAtBest);
  const allows = (have: number, need: number, of: number) =>
    isCountable && of > 0 ? Math.max(0, have - need) : 0;
  return {
    pods,
    isCountable,
    expected,
    desired,
    healthy,
    allowed: allows(healthy, desired, expected),
    owners,
    unscalable,
    unmanaged,
    healthyAtBest,
    allowedAtBest: allows(healthyAtBest, neededAtBest, expectedAtBest),
  };
}

/** Ready, not on its way out, and not promised to an eviction that has not come about yet. */
function isHealthy(index: ClusterIndex, budget: PodDisruptionBudget, pod: Pod): boolean {
  const promised = budget.status?.disruptedPods[pod.name];
  const isPromised =
    promised !== undefined && index.cluster.asOf < promised + disruptionFacts.deletionTimeoutMillis;
  return isReady(pod) && !pod.deletion && !isPromised;
}

function controllersOf(
  index: ClusterIndex,
  pods: readonly Pod[],
): Pick<BudgetCount, "owners" | "unscalable" | "unmanaged"> {
  const owners = new Map<string, ScaleOwner>();
  const unscalable: Pod[] = [];
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) unmanaged.push(pod);
    else {
      const scale = index.scaleOf(pod);
      if (scale) owners.set(scale.workload, scale);
      else if (index.hasController(owner.uid) || scaleless.has(owner.kind)) unscalable.push(pod);
      else owners.set(owner.uid, guessed(index, pods, pod, owner.uid));
    }
  }
  return { owners: [...owners.values()], unscalable, unmanaged };
}

function guessed(index: ClusterIndex, pods: readonly Pod[], pod: Pod, uid: string): ScaleOwner {
  const replicas = pods.filter((each) => controllerOf(each)?.uid === uid).length;
  return { workload: index.workloadOf(pod), replicas, isGuessed: true };
}

/** `80 % of 5 = 4, rounded up 4`: how a limit became a number of pods; empty where it is one already. */
export function roundingOf(budget: PodDisruptionBudget, expected: number): string {
  const limit = budget.maxUnavailable ?? budget.minAvailable;
  if (typeof limit !== "string") return "";
  const exact = (parseInt(limit, 10) * expected) / 100;
  const rounded = resolveIntOrPercent(limit, expected, "up");
  const share = `${parseInt(limit, 10)} % of ${expected} = ${Math.round(exact * 100) / 100}`;
  return exact === rounded ? share : `${share}, rounded up ${rounded}`;
}
