/**
 * The taint that says "this machine is off": the pods of such a node are removed by force and its volumes detached.
 * Source: kubernetes.io feature gate NodeOutOfServiceVolumeDetach (alpha 1.24, on by default from 1.26, stable 1.28).
 */
export const outOfServiceFacts = {
  isOnByDefault: (minor: number): boolean => minor >= 26,
  /** As kubernetes.io writes it; the value is free. */
  taint: { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" },
} as const;
