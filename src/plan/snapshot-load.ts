import type { Cluster } from "../model/cluster.ts";
import { keyOf } from "../model/meta.ts";
import { isReady, type Pod } from "../model/pod.ts";
import {
  type HorizontalPodAutoscaler,
  type HpaCurrentMetric,
  type HpaMetric,
  type HpaPodMetric,
  type HpaTotalMetric,
  metricKey,
} from "../model/policy.ts";
import type { Load } from "./loads.ts";

/**
 * The load that the input shows of one metric of an autoscaler: what its status says was measured, else what PodMetrics
 * say of its pods. Undefined where neither does, or where the autoscaler could not read its metrics.
 */
export function snapshotLoad(
  cluster: Cluster,
  hpa: HorizontalPodAutoscaler,
  metric: HpaMetric,
  pods: readonly Pod[],
): Load | undefined {
  switch (metric.type) {
    case "other":
      return undefined;
    case "Object":
    case "External":
      return wholeLoad(hpa, metric);
    default:
      return podLoad(cluster, hpa, metric, pods);
  }
}

function wholeLoad(hpa: HorizontalPodAutoscaler, metric: HpaTotalMetric): Load | undefined {
  const current = statusOf(hpa, metric);
  const amount = current?.average === undefined ? current?.total : current.average * hpa.currentReplicas;
  return amount === undefined ? undefined : constant(amount, "workload", "status of the autoscaler");
}

function podLoad(
  cluster: Cluster,
  hpa: HorizontalPodAutoscaler,
  metric: HpaPodMetric,
  pods: readonly Pod[],
): Load | undefined {
  const bearing = pods.filter((pod) => isReady(pod) && !pod.deletion);
  if (bearing.length === 0) return undefined;
  const current = statusOf(hpa, metric);
  const ofStatus = current && averageOf(current, metric, bearing);
  const average = ofStatus ?? measuredAverage(cluster, metric, bearing);
  if (average === undefined) return undefined;
  const detail = ofStatus === undefined ? "PodMetrics" : "status of the autoscaler";
  // Memory does not move to the other pods when one leaves: each goes on using what it did.
  return metric.name === "memory"
    ? constant(Math.round(average), "pod", detail)
    : constant(Math.ceil(average * bearing.length), "workload", detail);
}

/** What the status says of a metric, unless the metrics could not be read when it was written. */
function statusOf(hpa: HorizontalPodAutoscaler, metric: HpaMetric): HpaCurrentMetric | undefined {
  if (hpa.conditions["ScalingActive"]?.startsWith("False")) return undefined;
  return hpa.currentMetrics.find((each) => each.metric === metricKey(metric));
}

/** The average of a pod: the status cuts both of its numbers, so the larger one is nearer. */
function averageOf(
  { average, utilization }: HpaCurrentMetric,
  { name, container }: HpaPodMetric,
  pods: readonly Pod[],
): number | undefined {
  if (utilization === undefined) return average;
  const requested = pods.reduce((sum, { spec }) => {
    const asking = spec.containers.filter((each) => container === "" || each.name === container);
    return sum + asking.reduce((own, { requests }) => own + (requests[name] ?? 0), 0);
  }, 0);
  const byShare = (utilization * requested) / 100 / pods.length;
  return Math.max(average ?? 0, byShare);
}

/** The mean over those pods that have been measured. */
function measuredAverage(cluster: Cluster, metric: HpaPodMetric, pods: readonly Pod[]): number | undefined {
  if (metric.type !== "Resource" || cluster.objects.PodMetrics.length === 0) return undefined;
  const usages = new Map(cluster.objects.PodMetrics.map((each) => [keyOf(each), each.usage]));
  const found = pods.flatMap((pod) => usages.get(keyOf(pod))?.[metric.name] ?? []);
  return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0) / found.length;
}

function constant(amount: number, per: Load["per"], detail: string): Load {
  return { per, trace: [{ at: 0, amount }], origin: "snapshot", detail };
}
