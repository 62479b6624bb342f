import { groupBy } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { keyOf } from "../model/meta.ts";
import { workloadIndex } from "../model/ownership.ts";
import { type HorizontalPodAutoscaler, type HpaMetric, metricKey } from "../model/policy.ts";
import type { Assumptions, LoadTrace } from "./assumptions.ts";
import { snapshotLoad } from "./snapshot-load.ts";

/** What a workload bears of one metric. */
export interface Load {
  /** `workload`: its Ready pods share it. `pod`: each has so much, as with memory. */
  readonly per: "workload" | "pod";
  readonly trace: LoadTrace;
  readonly origin: "plan" | "snapshot";
  /** How it was found, in words. */
  readonly detail: string;
}

/** Finds the load of a workload (`shop/Deployment/web`) by metric; undefined where nobody tells. */
export type Loads = (workload: string, metric: HpaMetric) => Load | undefined;

/**
 * The loads that autoscalers go by: what the plan declares, else what the snapshot shows (an autoscaler's status, or
 * PodMetrics), taken to stay as it is.
 */
export function findLoads(cluster: Cluster, assumptions: Assumptions): Loads {
  const { HorizontalPodAutoscaler: autoscalers, Pod } = cluster.objects;
  const pods = autoscalers.length > 0 ? groupBy(Pod, workloadIndex(cluster)) : undefined;
  const shown = new Map<string, Load>();
  for (const hpa of autoscalers)
    for (const metric of hpa.metrics) {
      const workload = targetRef(hpa);
      const load = snapshotLoad(cluster, hpa, metric, pods?.get(workload) ?? []);
      if (load) shown.set(`${workload} ${metricKey(metric)}`, load);
    }
  return (workload, metric) =>
    declared(assumptions, workload, metric) ?? shown.get(`${workload} ${metricKey(metric)}`);
}

/** What an autoscaler scales: `shop/Deployment/web`. */
export function targetRef({ namespace, target }: HorizontalPodAutoscaler): string {
  return `${namespace}/${target.kind}/${target.name}`;
}

/** Whether the load is known that an autoscaler goes by: all of its metrics. */
export function isDriven(hpa: HorizontalPodAutoscaler, loads: Loads): boolean {
  return hpa.metrics.every((metric) => loads(targetRef(hpa), metric) !== undefined);
}

/** The autoscalers whose load neither the plan nor the input tells, by `namespace/name`. */
export function autoscalersWithoutLoad(cluster: Cluster, assumptions: Assumptions): readonly string[] {
  const loads = findLoads(cluster, assumptions);
  return cluster.objects.HorizontalPodAutoscaler.filter((hpa) => !isDriven(hpa, loads)).map(keyOf);
}

function declared({ load = {} }: Assumptions, workload: string, metric: HpaMetric): Load | undefined {
  const traces = Object.hasOwn(load, workload) ? load[workload]! : {};
  const key = metricKey(metric);
  const trace = metric.type !== "other" && Object.hasOwn(traces, key) ? traces[key] : undefined;
  return trace && { per: "workload", trace, origin: "plan", detail: "assumptions" };
}
