/**
 * The flags of the control plane that are read off its static pods' command lines, by program. All others stay where
 * they are: a snapshot keeps these and no other argument. Sources: kubernetes.io, command line tools reference;
 * facts/timing.json for the defaults, which stand where the behaviour does (node-lifecycle.ts, control-plane.ts, hpa.ts,
 * admission.ts).
 */
export const controlPlaneFlags = {
  "kube-apiserver": [
    "default-not-ready-toleration-seconds",
    "default-unreachable-toleration-seconds",
    "disable-admission-plugins",
    "feature-gates",
  ],
  "kube-controller-manager": [
    "cluster-signing-cert-file",
    "cluster-signing-duration",
    "cluster-signing-key-file",
    "controllers",
    "experimental-cluster-signing-duration",
    "feature-gates",
    "large-cluster-size-threshold",
    "leader-elect-lease-duration",
    "leader-elect-retry-period",
    "node-eviction-rate",
    "node-monitor-grace-period",
    "node-monitor-period",
    "secondary-node-eviction-rate",
    "unhealthy-zone-threshold",
  ],
  "kube-scheduler": ["config", "feature-gates", "leader-elect-lease-duration", "leader-elect-retry-period"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FlaggedProgram = keyof typeof controlPlaneFlags;

/** Flags that may be given several times and then add up. */
export const collectedFlags: ReadonlySet<string> = new Set([
  "controllers",
  "disable-admission-plugins",
  "feature-gates",
  "node-group-auto-discovery",
  "nodes",
]);
