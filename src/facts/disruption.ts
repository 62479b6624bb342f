/** Source: facts/timing.json, controllers.pdb (pkg/controller/disruption/disruption.go v1.36.3). */
export const disruptionFacts = {
  /** An accepted eviction whose pod is not deleted counts against the budget for this long. */
  deletionTimeoutMillis: 120_000,
  /**
   * Whether the API server keeps `unhealthyPodEvictionPolicy`: on by default since 1.27 (feature gate
   * PDBUnhealthyPodEvictionPolicy; kubernetes.io/docs/reference/command-line-tools-reference/feature-gates).
   */
  keepsUnhealthyPodPolicy: (minor: number): boolean => minor >= 27,
} as const;
