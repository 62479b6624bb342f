/**
 * The horizontal pod autoscaler's constants. Source: facts/timing.json, controllers.hpa
 * (pkg/controller/podautoscaler v1.36.3); the recordings w10 to w22 under test/truth.
 */
export const hpaFacts = {
  /** From the end of one sync to the next. */
  syncMillis: 15_000,
  /** How long a sync takes: the recordings show 15.0 to 15.1 s from one to the next. */
  workMillis: 50,
  /** Over how long a CPU sample is taken. Source: metrics-server, --metric-resolution (its default). */
  sampleWindowMillis: 15_000,
  tolerance: 0.1,
  cpuInitializationMillis: 300_000,
  initialReadinessMillis: 30_000,
  downscaleStabilizationSeconds: 300,
  /** Without spec.behavior one step goes up to twice the size, or to this. */
  scaleUpMinimum: 4,
  scaleUpFactor: 2,
  defaultScaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  },
  defaultScaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  },
} as const;
