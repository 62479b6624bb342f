import type { Pod } from "../../model/pod.ts";
import type { Sim } from "../sim.ts";

/** What metrics.k8s.io has of one pod. */
export interface PodSample {
  /** Millicores of CPU, or bytes of memory. */
  readonly value: number;
  /** When it was taken (epoch milliseconds), and over how long. */
  readonly at: number;
  readonly windowMillis: number;
}

/** The load that pods bear, as the metrics API would tell it. */
export interface MetricsSource {
  /** Samples by UID for the pods of one workload; a pod without one is missing. Undefined: the API is away. */
  sample(
    sim: Sim,
    workload: string,
    pods: readonly Pod[],
    resource: string,
  ): ReadonlyMap<string, PodSample> | undefined;
  /** When the autoscalers are synced first, in virtual milliseconds. */
  readonly firstSync: number;
  /** From when on the load does not change any more, in virtual milliseconds. */
  readonly settledAt: number;
}
