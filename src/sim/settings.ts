import type { Cluster } from "../model/cluster.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import { type ControlPlaneSettings, controlPlaneSettings } from "../model/control-plane-settings.ts";
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
  /** What else the control plane's flags and kubeadm's ConfigMaps tell. */
  readonly controlPlane: ControlPlaneSettings;
  /** How the cluster's scheduler is configured; undefined: as kube-scheduler is without a configuration. */
  readonly schedulerConfiguration?: SchedulerConfiguration;
  /** The load by which autoscalers go; without it they only keep sizes within their bounds. */
  readonly metrics?: MetricsSource;
  /** When the run began whose rest is rehearsed, in epoch milliseconds: younger pods that are not Ready are starting. */
  readonly runSince?: number;
  /** Whether every admission webhook is taken to answer: while manifests are brought to rest. */
  readonly ignoresWebhooks?: boolean;
}

/** The settings that follow from the cluster. Source: facts/timing.json; the recordings under test/truth. */
export function defaultSettings(cluster: Cluster): Omit<SimSettings, "chooser" | "horizon"> {
  const controlPlane = controlPlaneSettings(cluster);
  return {
    apiMillis: 5,
    nodeMonitorGraceMillis: controlPlane.nodeMonitorGrace.value,
    nodeReturnMillis: 5_000,
    controlPlane,
  };
}
