/** Source: facts/timing.json, tolerationSecondsDefault; pkg/apis/scheduling/types.go for the two system classes. */
export const admissionFacts: {
  readonly tolerationSeconds: number;
  readonly systemPriorities: Readonly<Record<string, number>>;
} = {
  tolerationSeconds: 300,
  systemPriorities: { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 },
};
