import { hpaFacts as facts } from "../../facts/hpa.ts";
import { isReady, podCondition, type Pod } from "../../model/pod.ts";
import { podRequests } from "../../model/pod-resources.ts";
import type { HorizontalPodAutoscaler, HpaMetric } from "../../model/policy.ts";
import type { PodSample } from "../nodes/metrics.ts";

/**
 * How many replicas one metric asks for.
 * Source: pkg/controller/podautoscaler/replica_calculator.go; facts/timing.json, hpa.formula.
 */

export type ResourceMetric = Extract<HpaMetric, { readonly type: "Resource" }>;

export type Proposal =
  { readonly ok: true; readonly replicas: number; readonly utilization: number } | { readonly ok: false };

interface Groups {
  readonly ready: readonly Pod[];
  readonly unready: readonly Pod[];
  readonly missing: readonly Pod[];
}

/** `epoch` is now, `samples` what metrics.k8s.io has of each pod, by UID. */
export function propose(
  hpa: HorizontalPodAutoscaler,
  metric: ResourceMetric,
  current: number,
  pods: readonly Pod[],
  samples: ReadonlyMap<string, PodSample>,
  epoch: number,
): Proposal {
  const { ready, unready, missing } = group(pods, samples, metric.resource, epoch);
  const values = new Map(ready.map((pod) => [pod, samples.get(pod.uid)!.value]));
  if (values.size === 0) return { ok: false };
  const utilization = usageOf(metric, values);
  const ratio = utilization / metric.value;
  const hasUnready = unready.length > 0 && ratio > 1;
  const asked = (count: number, by: number): Proposal => ({
    ok: true,
    utilization,
    replicas: isWithin(hpa, by) ? current : Math.ceil(by * count),
  });
  if (!hasUnready && missing.length === 0) return asked(ready.length, ratio);
  for (const pod of missing) {
    // On a way down they count as busy, on a way up as idle: no step on a guess.
    if (ratio < 1) values.set(pod, fallbackValue(metric, pod));
    else if (ratio > 1) values.set(pod, 0);
  }
  if (hasUnready) for (const pod of unready) values.set(pod, 0);
  const adjusted = usageOf(metric, values) / metric.value;
  const flips = (ratio < 1 && adjusted > 1) || (ratio > 1 && adjusted < 1);
  if (flips) return { ok: true, utilization, replicas: current };
  const proposal = asked(values.size, adjusted);
  const replicas = proposal.ok ? proposal.replicas : current;
  const contradicts = (adjusted < 1 && replicas > current) || (adjusted > 1 && replicas < current);
  return { ok: true, utilization, replicas: contradicts ? current : replicas };
}

/** Whether the ratio is near enough to 1 to leave things alone. */
function isWithin(hpa: HorizontalPodAutoscaler, ratio: number): boolean {
  const down = hpa.scaleDown?.tolerance ?? facts.tolerance;
  const up = hpa.scaleUp?.tolerance ?? facts.tolerance;
  return 1 - down <= ratio && ratio <= 1 + up;
}

/** Usage in whole percent of the requests, cut; or the average amount, cut. */
function usageOf(metric: ResourceMetric, values: ReadonlyMap<Pod, number>): number {
  let used = 0;
  let requested = 0;
  for (const [pod, value] of values) {
    used += value;
    requested += requestOf(pod, metric.resource);
  }
  if (metric.target === "AverageValue") return Math.floor(used / values.size);
  return requested === 0 ? 0 : Math.floor((used * 100) / requested);
}

function requestOf(pod: Pod, resource: string): number {
  return podRequests(pod.spec)[resource] ?? 0;
}

function fallbackValue(metric: ResourceMetric, pod: Pod): number {
  if (metric.target === "AverageValue") return metric.value;
  return Math.floor((requestOf(pod, metric.resource) * Math.max(100, metric.value)) / 100);
}

/** Source: groupPods: terminating and failed pods are left out altogether. */
function group(
  pods: readonly Pod[],
  samples: ReadonlyMap<string, PodSample>,
  resource: string,
  epoch: number,
): Groups {
  const ready: Pod[] = [];
  const unready: Pod[] = [];
  const missing: Pod[] = [];
  for (const pod of pods) {
    if (pod.deletion || pod.status.phase === "Failed") continue;
    const sample = samples.get(pod.uid);
    if (pod.status.phase === "Pending") unready.push(pod);
    else if (!sample) missing.push(pod);
    else if (resource === "cpu" && isWarmingUp(pod, sample, epoch)) unready.push(pod);
    else ready.push(pod);
  }
  return { ready, unready, missing };
}

/** Whether a pod's CPU says nothing yet: not Ready, or Ready for less than the window of the sample. */
function isWarmingUp(pod: Pod, sample: PodSample, epoch: number): boolean {
  const ready = podCondition(pod, "Ready");
  const { startedAt } = pod.status;
  if (!ready || startedAt === undefined) return true;
  const since = ready.since ?? startedAt;
  if (startedAt + facts.cpuInitializationMillis > epoch)
    return !isReady(pod) || sample.at < since + sample.windowMillis;
  return !isReady(pod) && startedAt + facts.initialReadinessMillis > since;
}
