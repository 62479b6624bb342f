/**
 * What kubelets ask of container runtimes, and where their lines are in their life. Nodes tell their runtime as
 * `containerd://1.7.27`. The kubelet's own Docker support stands in feature-removals.ts.
 */

/** A line of containerd. Source: containerd/containerd RELEASES.md, as of 2026-03; cri-tools PR #2185 (end of 1.7). */
export interface RuntimeLine {
  readonly line: string;
  readonly endOfLife: string;
}

export const containerd = {
  prefix: "containerd://",
  lines: [
    { line: "1.2", endOfLife: "2020-10-15" },
    { line: "1.3", endOfLife: "2021-03-04" },
    { line: "1.4", endOfLife: "2022-03-03" },
    { line: "1.5", endOfLife: "2023-02-28" },
    { line: "1.6", endOfLife: "2025-08-23" },
    { line: "1.7", endOfLife: "2026-09-30" },
    { line: "2.0", endOfLife: "2025-11-07" },
    { line: "2.1", endOfLife: "2026-05-05" },
    { line: "2.2", endOfLife: "2026-11-06" },
    { line: "2.3", endOfLife: "2028-04-27" },
  ] satisfies readonly RuntimeLine[] as readonly RuntimeLine[],
} as const;

/**
 * From this minor on a kubelet speaks only v1 of the runtime interface, which containerd has from 1.6 on; with an older one
 * it does not start. Source: kubernetes.io, blog 2022/11/18, upcoming changes in Kubernetes 1.26; containerd.io/releases.
 */
export const criV1 = {
  requiredFrom: 26,
  containerdSince: { major: 1, minor: 6 },
  source: "https://kubernetes.io/docs/setup/production-environment/container-runtimes/",
} as const;

/**
 * The last minor that is tested with containerd 1.x. Later kubelets still start with it, as they go by their own
 * cgroupDriver where the runtime does not tell; when they stop to is an announcement that moved twice, from 1.36 to 1.37
 * to 1.38. Source: KEP-4033; kubernetes.io, Kubernetes v1.35 release; kubernetes/enhancements PR #5899;
 * kubernetes/website PR #55954.
 */
export const containerdOne = {
  lastSupported: 35,
  announcedEnd: 38,
  source: "https://kubernetes.io/blog/2025/12/17/kubernetes-v1-35-release/",
} as const;

/** CRI-O has the minors of Kubernetes, and is released with each. Source: cri-o/cri-o README, compatibility matrix. */
export const crio = {
  prefix: "cri-o://",
  source: "https://github.com/cri-o/cri-o#compatibility-matrix-cri-o--kubernetes",
} as const;

/** Docker behind cri-dockerd, on kubelets that have no Docker support of their own: its version is in no object. */
export const criDockerd = {
  prefix: "docker://",
  source: "https://github.com/Mirantis/cri-dockerd",
} as const;
