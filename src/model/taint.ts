export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
  /** Epoch milliseconds; set on NoExecute taints by the node controller. */
  readonly addedAt?: number;
}

export interface Toleration {
  /** Empty matches every key (with operator Exists). */
  readonly key: string;
  readonly operator: "Equal" | "Exists" | "Lt" | "Gt";
  readonly value: string;
  /** Empty matches every effect. */
  readonly effect: TaintEffect | "";
  readonly tolerationSeconds?: number;
}

/** Whether one toleration covers a taint. Source: k8s.io/api core/v1 toleration.go, ToleratesTaint. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== "" && toleration.effect !== taint.effect) return false;
  if (toleration.key !== "" && toleration.key !== taint.key) return false;
  switch (toleration.operator) {
    case "Equal":
      return toleration.value === taint.value;
    case "Exists":
      return true;
    case "Lt":
      return (
        isInteger(taint.value) &&
        isInteger(toleration.value) &&
        BigInt(taint.value) < BigInt(toleration.value)
      );
    case "Gt":
      return (
        isInteger(taint.value) &&
        isInteger(toleration.value) &&
        BigInt(taint.value) > BigInt(toleration.value)
      );
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

/** Whether any of the tolerations covers the taint. */
export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => toleratesTaint(toleration, taint));
}

/** `key=value:Effect` as kubectl writes a taint. */
export function formatTaint(taint: Taint): string {
  return `${taint.key}${taint.value === "" ? "" : `=${taint.value}`}:${taint.effect}`;
}

/** The taints that Kubernetes itself puts on nodes. Source: facts/drain.json, taints. */
export const wellKnownTaint = {
  unschedulable: "node.kubernetes.io/unschedulable",
  notReady: "node.kubernetes.io/not-ready",
  unreachable: "node.kubernetes.io/unreachable",
  memoryPressure: "node.kubernetes.io/memory-pressure",
  diskPressure: "node.kubernetes.io/disk-pressure",
  pidPressure: "node.kubernetes.io/pid-pressure",
  networkUnavailable: "node.kubernetes.io/network-unavailable",
  outOfService: "node.kubernetes.io/out-of-service",
} as const;
