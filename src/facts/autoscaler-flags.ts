import { controlPlaneFlags } from "./control-plane-flags.ts";

/**
 * The flags of autoscalers that are read off their command lines; all others stay where they are. Sources:
 * kubernetes/autoscaler cluster-autoscaler/FAQ.md (What are the parameters to CA?);
 * kubernetes-sigs/cluster-proportional-autoscaler cmd/cluster-proportional-autoscaler/options/options.go.
 */
export const autoscalerFlags = {
  "cluster-autoscaler": [
    "max-graceful-termination-sec",
    "node-group-auto-discovery",
    "nodes",
    "scale-down-delay-after-add",
    "scale-down-enabled",
    "scale-down-unneeded-time",
    "scale-down-utilization-threshold",
    "scan-interval",
    "skip-nodes-with-local-storage",
    "skip-nodes-with-system-pods",
  ],
  "cluster-proportional-autoscaler": [
    "configmap",
    "default-params",
    "namespace",
    "nodelabels",
    "poll-period-seconds",
    "target",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Those of the flags whose values are names of this cluster's. */
export const namingFlags: ReadonlySet<string> = new Set([
  "configmap",
  "namespace",
  "node-group-auto-discovery",
  "nodelabels",
  "nodes",
  "target",
]);

/** Every program of which flags are read, with those flags. */
export const readFlags = { ...controlPlaneFlags, ...autoscalerFlags } as const;

export type ReadProgram = keyof typeof readFlags;
