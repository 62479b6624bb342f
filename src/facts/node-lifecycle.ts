/**
 * How the control plane notices that a node is gone, and what it does then.
 * Source: facts/timing.json, nodeLifecycle (pkg/controller/nodelifecycle, tainteviction, podgc).
 */
export const nodeLifecycleFacts = {
  /** Kubelets renew their lease this often. */
  leaseRenewMillis: 10_000,
  /** Of what the lease lasts. */
  leaseRenewShare: 0.25,
  /** Leases are looked at this often. */
  monitorMillis: 5_000,
  /** Kubelets report changes of their node this often. Source: facts/timing.json, kubeletNodeStatusUpdateFrequency. */
  statusMillis: 10_000,
  /** Without a renewal for this long a node's state is unknown, by the minor of the controller manager. */
  gracePeriodMillis: (minor: number): number => (minor >= 32 ? 50_000 : 40_000),
  /** Nodes a zone that get the NoExecute taint, a second. */
  evictionRate: 0.1,
  secondaryEvictionRate: 0.01,
  largeClusterThreshold: 50,
  /** From this share of nodes that are not ready (and more than two of them) a zone is partially disrupted. */
  unhealthyZoneThreshold: 0.55,
  podGcMillis: 20_000,
  /** A pod of a node that does not exist is left alone for this long. */
  orphanQuarantineMillis: 40_000,
  /** A volume of a node that does not answer is detached by force so long after its last pod is gone. */
  forceDetachMillis: 360_000,
} as const;
