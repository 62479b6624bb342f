/**
 * What is taken where neither the snapshot nor the plan tells. These are Seatrial's own choices, not facts of
 * Kubernetes: every report names the ones it used. Documented in docs/assumptions.md.
 */
export const assumptionDefaults = {
  /** From the start on the node until Ready, besides what a readiness probe waits of itself. */
  startMillis: 10_000,
  /** Detach from the old node and attach to the new one. */
  volumeMoveMillis: 20_000,
  /** 35 MB/s: a registry near by, one pull at a time. */
  pullBytesPerSecond: 35_000_000,
  rebootMillis: 180_000,
  /** A machine of a cloud starts and its kubelet registers. */
  joinMillis: 150_000,
  /** From there until a cloud's controller has initialised the node. */
  cloudInitMillis: 5_000,
  /** kubeadm's work on one control-plane node: images pulled, etcd and three static pods restarted. */
  controlPlaneUpgradeMillis: 240_000,
  /** Packages, configuration and the restart of a kubelet on a control-plane node, where kubeadm is there already. */
  controlPlaneKubeletMillis: 90_000,
  /** The same on a worker, where `kubeadm upgrade node` is part of it. */
  workerKubeletMillis: 120_000,
  /** Until an add-on's new image is written; its rollout comes on top. */
  addonUpgradeMillis: 5_000,
  etcdBackupMillis: 40_000,
  /** `kubeadm join --control-plane` on a new machine: etcd's data copied, and the static pods of its images started. */
  controlPlaneJoinMillis: 60_000,
  /** A provider's work on the control plane that it runs: "several minutes", says EKS; the others say nothing. */
  managedControlPlaneMillis: 600_000,
  /** `kubeadm certs renew all` on one control-plane node, and its four static pods restarted one after another. */
  certificateRenewalMillis: 180_000,
  /** Manifests moved away, the snapshot unpacked on every member, manifests moved back, by hand and one after another. */
  etcdRestoreMillis: 600_000,
  /** A Ready transition later than this after the start is a flap, not a start. */
  longestStartMillis: 600_000,
} as const;
