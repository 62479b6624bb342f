import { nodeLifecycleFacts } from "../facts/node-lifecycle.ts";
import type { Cluster } from "../model/cluster.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import { parseVersion } from "../model/version.ts";
import type { MetricsSource } from "./nodes/metrics.ts";
import type { Chooser } from "./engine/choice.ts";

/** What a rehearsal is run under, besides the cluster and the plan. */
export interface SimSettings {
  readonly chooser: Chooser;
  /** Where virtual time ends, in milliseconds. */
  readonly horizon: number;
  /** Half of what a request to the API server takes, in milliseconds: there, or back. */
  readonly apiMillis: number;
  /** How long a silent node is believed (--node-monitor-grace-period). */
  readonly nodeMonitorGraceMillis: number;
  /** From the return of a kubelet until its node is Ready again. */
  readonly nodeReturnMillis: number;
  /** How the cluster's scheduler is configured; undefined: as kube-scheduler is without a configuration. */
  readonly schedulerConfiguration?: SchedulerConfiguration;
  /** The load by which autoscalers go; without it they stand still. */
  readonly metrics?: MetricsSource;
  /** Whether every admission webhook is taken to answer: while manifests are brought to rest. */
  readonly ignoresWebhooks?: boolean;
}

/** The settings that follow from the cluster's version. Source: facts/timing.json; the recordings under test/truth. */
export function defaultSettings(cluster: Cluster): Omit<SimSettings, "chooser" | "horizon"> {
  const minor = parseVersion(cluster.version)?.minor ?? Infinity;
  return {
    apiMillis: 5,
    nodeMonitorGraceMillis: nodeLifecycleFacts.gracePeriodMillis(minor),
    nodeReturnMillis: 5_000,
  };
}
