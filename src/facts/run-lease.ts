/**
 * The Lease that keeps two runs apart, and its times. Client-go's leader election, which does the same for controllers,
 * has 15 s, 10 s and 2 s (k8s.io/component-base config/v1alpha1/defaults.go); a run is no controller that has to come
 * back quickly, and a laptop's connection may be slow, so it holds on for longer.
 */
export const runLease = {
  namespace: "kube-system",
  name: "seatrial-execute",
  durationSeconds: 30,
  renewMillis: 5_000,
} as const;
