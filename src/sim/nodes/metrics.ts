import type { Pod } from "../../model/pod.ts";
import type { HorizontalPodAutoscaler, HpaPodMetric, HpaTotalMetric } from "../../model/policy.ts";
import type { Sim } from "../sim.ts";

/** What a metrics API has of one pod. */
export interface PodSample {
  /** Millicores of CPU, bytes of memory, thousandths of a custom metric. */
  readonly value: number;
  /** When it was taken (epoch milliseconds), and over how long. */
  readonly at: number;
  readonly windowMillis: number;
}

/** The load that workloads bear, as the metrics APIs would tell it. */
export interface MetricsSource {
  /** Whether the load is known that this autoscaler goes by: all of its metrics. */
  knows(hpa: HorizontalPodAutoscaler): boolean;
  /** Samples by UID for the pods of one workload; a pod without one is missing. Undefined: the API is away. */
  sample(
    sim: Sim,
    workload: string,
    pods: readonly Pod[],
    metric: HpaPodMetric,
  ): ReadonlyMap<string, PodSample> | undefined;
  /** The whole amount, in thousandths. Undefined: the API is away. */
  total(sim: Sim, workload: string, metric: HpaTotalMetric): number | undefined;
  /** When this autoscaler is synced first, in virtual milliseconds; undefined: that is chance. */
  firstSync(autoscaler: string): number | undefined;
  /** From when on the load does not change any more, in virtual milliseconds. */
  readonly settledAt: number;
}
