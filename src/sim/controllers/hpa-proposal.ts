import { hpaFacts as facts } from "../../facts/hpa.ts";
import { isReady, podCondition, type Pod } from "../../model/pod.ts";
import type { HorizontalPodAutoscaler, HpaPodMetric, HpaTotalMetric } from "../../model/policy.ts";
import type { PodSample } from "../nodes/metrics.ts";

/**
 * How many replicas one metric asks for.
 * Source: pkg/controller/podautoscaler/replica_calculator.go; facts/timing.json, hpa.formula.
 */

export type Proposal =
  | {
      readonly ok: true;
      readonly replicas: number;
      readonly utilization: number;
      /** Whether it stays the same while no pod changes: no sample of a young pod is still left out. */
      readonly isFinal: boolean;
    }
  | { readonly ok: false };

interface Groups {
  readonly ready: readonly Pod[];
  readonly unready: readonly Pod[];
  readonly missing: readonly Pod[];
  readonly isFinal: boolean;
}

/** `epoch` is now, `samples` what the metrics API has of each pod, by UID. */
export function propose(
  hpa: HorizontalPodAutoscaler,
  metric: HpaPodMetric,
  current: number,
  pods: readonly Pod[],
  samples: ReadonlyMap<string, PodSample>,
  epoch: number,
): Proposal {
  const lacksRequest = metric.target === "Utilization" && pods.some((pod) => !requestOf(pod, metric).isWhole);
  if (lacksRequest) return { ok: false };
  const { ready, unready, missing, isFinal } = group(pods, samples, metric, epoch);
  const values = new Map(ready.map((pod) => [pod, samples.get(pod.uid)!.value]));
  if (values.size === 0) return { ok: false };
  const utilization = usageOf(metric, values);
  const ratio = utilization / metric.value;
  const hasUnready = unready.length > 0 && ratio > 1;
  const answer = (replicas: number): Proposal => ({ ok: true, utilization, replicas, isFinal });
  const asked = (count: number, by: number) => (isWithin(hpa, by) ? current : Math.ceil(by * count));
  if (!hasUnready && missing.length === 0) return answer(asked(ready.length, ratio));
  for (const pod of missing) {
    // On a way down they count as busy, on a way up as idle: no step on a guess.
    if (ratio < 1) values.set(pod, fallbackValue(metric, pod));
    else if (ratio > 1) values.set(pod, 0);
  }
  if (hasUnready) for (const pod of unready) values.set(pod, 0);
  const adjusted = usageOf(metric, values) / metric.value;
  const flips = (ratio < 1 && adjusted > 1) || (ratio > 1 && adjusted < 1);
  if (flips) return answer(current);
  const replicas = asked(values.size, adjusted);
  const contradicts = (adjusted < 1 && replicas > current) || (adjusted > 1 && replicas < current);
  return answer(contradicts ? current : replicas);
}

/** What one amount for the whole workload asks for; both in thousandths. */
export function proposeByTotal(
  hpa: HorizontalPodAutoscaler,
  metric: HpaTotalMetric,
  current: number,
  pods: readonly Pod[],
  total: number,
): Proposal {
  if (metric.target === "AverageValue") {
    const isEnough = current > 0 && isWithin(hpa, total / (metric.value * current));
    const replicas = isEnough ? current : Math.ceil(total / metric.value);
    return { ok: true, utilization: Math.ceil(total / Math.max(1, current)), replicas, isFinal: true };
  }
  const ratio = total / metric.value;
  const answer = (replicas: number): Proposal => ({ ok: true, utilization: total, replicas, isFinal: true });
  if (current === 0) return answer(Math.ceil(ratio));
  if (isWithin(hpa, ratio)) return answer(current);
  if (pods.length === 0) return { ok: false };
  // Pods that are on their way out count as long as they are Ready. Source: getReadyPodsCount.
  const ready = pods.filter((pod) => pod.status.phase === "Running" && isReady(pod)).length;
  return answer(Math.ceil(ratio * ready));
}

/** Whether the ratio is near enough to 1 to leave things alone. */
function isWithin(hpa: HorizontalPodAutoscaler, ratio: number): boolean {
  const down = hpa.scaleDown?.tolerance ?? facts.tolerance;
  const up = hpa.scaleUp?.tolerance ?? facts.tolerance;
  return 1 - down <= ratio && ratio <= 1 + up;
}

/** Usage in whole percent of the requests, cut; or the average amount, cut. */
function usageOf(metric: HpaPodMetric, values: ReadonlyMap<Pod, number>): number {
  let used = 0;
  let requested = 0;
  for (const [pod, value] of values) {
    used += value;
    requested += requestOf(pod, metric).amount;
  }
  if (metric.target === "AverageValue") return Math.floor(used / values.size);
  return requested === 0 ? 0 : Math.floor((used * 100) / requested);
}

/**
 * What the containers that run side by side ask for; `isWhole` is false where one of them asks for nothing, which fails
 * the metric. Source: replica_calculator.go, calculatePodRequests.
 */
function requestOf(
  { spec }: Pod,
  metric: HpaPodMetric,
): { readonly amount: number; readonly isWhole: boolean } {
  const ofPod = metric.container === "" ? spec.podRequests?.[metric.name] : undefined;
  if (ofPod !== undefined) return { amount: ofPod, isWhole: true };
  let amount = 0;
  let isWhole = true;
  for (const container of [...spec.containers, ...spec.initContainers.filter(({ isSidecar }) => isSidecar)]) {
    if (metric.container !== "" && metric.container !== container.name) continue;
    const request = container.requests[metric.name];
    if (request === undefined) isWhole = false;
    else amount += request;
  }
  return { amount, isWhole };
}

function fallbackValue(metric: HpaPodMetric, pod: Pod): number {
  if (metric.target === "AverageValue") return metric.value;
  return Math.floor((requestOf(pod, metric).amount * Math.max(100, metric.value)) / 100);
}

/** Source: groupPods: terminating and failed pods are left out altogether. */
function group(
  pods: readonly Pod[],
  samples: ReadonlyMap<string, PodSample>,
  { name, type }: HpaPodMetric,
  epoch: number,
): Groups {
  const ready: Pod[] = [];
  const unready: Pod[] = [];
  const missing: Pod[] = [];
  let isFinal = true;
  for (const pod of pods) {
    if (pod.deletion || pod.status.phase === "Failed") continue;
    const sample = samples.get(pod.uid);
    if (pod.status.phase === "Pending") unready.push(pod);
    else if (!sample) missing.push(pod);
    else if (type !== "Pods" && name === "cpu" && isWarmingUp(pod, sample, epoch)) {
      unready.push(pod);
      isFinal &&= !isYoung(pod, epoch);
    } else ready.push(pod);
  }
  return { ready, unready, missing, isFinal };
}

function isYoung({ status: { startedAt } }: Pod, epoch: number): boolean {
  return startedAt !== undefined && startedAt + facts.cpuInitializationMillis > epoch;
}

/** Whether a pod's CPU says nothing yet: not Ready, or Ready for less than the window of the sample. */
function isWarmingUp(pod: Pod, sample: PodSample, epoch: number): boolean {
  const ready = podCondition(pod, "Ready");
  const { startedAt } = pod.status;
  if (!ready || startedAt === undefined) return true;
  const since = ready.since ?? startedAt;
  if (isYoung(pod, epoch)) return !isReady(pod) || sample.at < since + sample.windowMillis;
  return !isReady(pod) && startedAt + facts.initialReadinessMillis > since;
}
