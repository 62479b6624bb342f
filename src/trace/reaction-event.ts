/** What autoscalers do of themselves, and whether they can see what they go by. */
export type ReactionEvent =
  | {
      readonly kind: "autoscaler.changed";
      readonly autoscaler: string;
      readonly current: number;
      readonly desired: number;
      /** Per metric: percent of the target's unit. */
      readonly utilization: readonly number[];
      /** Conditions AbleToScale, ScalingActive, ScalingLimited: `STATUS Reason`. */
      readonly able: string;
      readonly active: string;
      readonly limited: string;
    }
  | {
      readonly kind: "autoscaler.rescaled";
      readonly autoscaler: string;
      readonly replicas: number;
      readonly reason: string;
    }
  /** A cluster-proportional autoscaler (cluster DNS) sets a size by what it counts. */
  | {
      readonly kind: "proportional.rescaled";
      readonly autoscaler: string;
      readonly workload: string;
      readonly from: number;
      readonly replicas: number;
      readonly nodes: number;
      readonly cores: number;
    }
  /** Whether an aggregated API answers: `v1beta1.metrics.k8s.io` does while a pod behind its Service is Ready. */
  | {
      readonly kind: "apiservice.changed";
      readonly apiService: string;
      readonly available: boolean;
      readonly reason: string;
    }
  /** A pool of nodes gets more, because pods find no room. */
  | {
      readonly kind: "nodepool.grown";
      readonly pool: string;
      readonly from: number;
      readonly to: number;
      readonly max: number;
      /** How many pods are to find room there. */
      readonly pods: number;
    }
  /** One of its nodes is taken away, empty for so long. */
  | {
      readonly kind: "nodepool.shrunk";
      readonly pool: string;
      readonly node: string;
      readonly from: number;
      readonly to: number;
      readonly emptyMillis: number;
    }
  /** Pods find no room, and no pool can bring a node for them. */
  | { readonly kind: "nodepool.stuck"; readonly pods: number; readonly reason: string };
