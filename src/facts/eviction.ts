/**
 * The eviction subresource's constants and wording.
 * Source: pkg/registry/core/pod/storage/eviction.go v1.36.3 (facts collected in drain.json, evictionSubresource);
 * the details of a refusal as recorded under test/truth.
 */
export const evictionFacts = {
  /** A write of the budget's status that meets a conflict is repeated after this time, plus up to a tenth. */
  conflictMillis: 500,
  conflictJitter: 0.1,
  maxConflicts: 20,
  /** After an accepted eviction the controller needs about this long until the status says what is healthy now. */
  settleMillis: 20,
  maxDisruptedPods: 2_000,
  messages: {
    violates: "Cannot evict pod as it would violate the pod's disruption budget.",
    notObserved: "Cannot evict pod as it would violate the pod's disruption budget.",
    notObservedCause: (budget: string) =>
      `The disruption budget ${budget} is still being processed by the server.`,
    needsCause: (budget: string, desired: number, current: number) =>
      `The disruption budget ${budget} needs ${desired} healthy pods and has ${current} currently`,
    notNowCause: (budget: string) => `The disruption budget ${budget} does not allow evicting pods currently`,
    twoBudgets:
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    tooManyDisrupted: "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
  },
} as const;
