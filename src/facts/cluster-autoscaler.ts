const minute = 60_000;

/**
 * The cluster autoscaler's defaults, beside what facts/node-owners.ts has of it. Source: kubernetes/autoscaler
 * cluster-autoscaler/FAQ.md (How does scale-up work, How does scale-down work, What are the parameters to CA).
 */
export const clusterAutoscalerFacts = {
  /** --scan-interval */
  scanMillis: 10_000,
  /** --scale-down-unneeded-time */
  unneededMillis: 10 * minute,
  /** --scale-down-delay-after-add */
  delayAfterAddMillis: 10 * minute,
  /** --initial-node-group-backoff-duration: a group whose node did not come is left alone for so long. */
  backoffMillis: 5 * minute,
  /** --expendable-pods-priority-cutoff: pods below it bring no node. */
  expendablePriority: -10,
  /** On a node with the value "true": it is not taken away. */
  keepAnnotation: "cluster-autoscaler.kubernetes.io/scale-down-disabled",
} as const;
