/** Source: pkg/controller/job/{job_controller,backoff_utils}.go v1.36; recordings d27, d70, w11 under test/truth. */
export const jobFacts = {
  /** The first delay before a failed pod is replaced; it doubles with each failure since the last success. */
  backoffMillis: 10_000,
  maxBackoffMillis: 360_000,
  /** Changes of pods are looked at together, this long after the first. */
  batchMillis: 1_000,
  /** A creation that the API server refuses is tried again after these times (DefaultJobApiBackOff, MaxJobApiBackOff). */
  creationRetry: { baseMillis: 1_000, maxMillis: 60_000 },
  /** Keeps a finished pod until it has been counted. */
  trackingFinalizer: "batch.kubernetes.io/job-tracking",
} as const;
