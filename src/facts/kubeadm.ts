/**
 * What kubeadm of each minor asks of a cluster, and the images that it brings. Sources: kubernetes/kubernetes
 * cmd/kubeadm/app/constants/constants.go (oldest control plane, oldest kubelet; @3301161c36ac, @78f294606c86) and
 * PR #120825 (three minors from 1.29 on); kubernetes/minikube pkg/minikube/constants/constants_kubeadm_images.go
 * @eb25dbc70370 (images). Images change within a minor: the last with `fromPatch` not above the patch counts.
 */
export interface KubeadmMinor {
  /** kubeadm's own minor of 1.x. */
  readonly minor: number;
  /** It upgrades no control plane that is older than this minor. */
  readonly oldestControlPlane: number;
  /** It refuses, unless forced, where a kubelet is older than this minor. */
  readonly oldestKubelet: number;
  readonly images: readonly KubeadmImages[];
}

export interface KubeadmImages {
  readonly fromPatch: number;
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
}

export const kubeadmMinors: readonly KubeadmMinor[] = [
  {
    minor: 16,
    oldestControlPlane: 15,
    oldestKubelet: 15,
    images: [{ fromPatch: 0, etcd: "3.3.15-0", coredns: "1.6.2", pause: "3.1" }],
  },
  {
    minor: 17,
    oldestControlPlane: 16,
    oldestKubelet: 16,
    images: [{ fromPatch: 0, etcd: "3.4.3-0", coredns: "1.6.5", pause: "3.1" }],
  },
  {
    minor: 18,
    oldestControlPlane: 17,
    oldestKubelet: 17,
    images: [{ fromPatch: 0, etcd: "3.4.3-0", coredns: "1.6.7", pause: "3.2" }],
  },
  {
    minor: 19,
    oldestControlPlane: 18,
    oldestKubelet: 18,
    images: [
      { fromPatch: 0, etcd: "3.4.9-1", coredns: "1.7.0", pause: "3.2" },
      { fromPatch: 1, etcd: "3.4.13-0", coredns: "1.7.0", pause: "3.2" },
    ],
  },
  {
    minor: 20,
    oldestControlPlane: 19,
    oldestKubelet: 19,
    images: [{ fromPatch: 0, etcd: "3.4.13-0", coredns: "1.7.0", pause: "3.2" }],
  },
  {
    minor: 21,
    oldestControlPlane: 20,
    oldestKubelet: 20,
    images: [{ fromPatch: 0, etcd: "3.4.13-0", coredns: "1.8.0", pause: "3.4.1" }],
  },
  {
    minor: 22,
    oldestControlPlane: 21,
    oldestKubelet: 21,
    images: [
      { fromPatch: 0, etcd: "3.5.0-0", coredns: "1.8.4", pause: "3.5" },
      { fromPatch: 17, etcd: "3.5.6-0", coredns: "1.8.4", pause: "3.5" },
    ],
  },
  {
    minor: 23,
    oldestControlPlane: 22,
    oldestKubelet: 22,
    images: [
      { fromPatch: 0, etcd: "3.5.1-0", coredns: "1.8.6", pause: "3.6" },
      { fromPatch: 14, etcd: "3.5.5-0", coredns: "1.8.6", pause: "3.6" },
      { fromPatch: 15, etcd: "3.5.6-0", coredns: "1.8.6", pause: "3.6" },
    ],
  },
  {
    minor: 24,
    oldestControlPlane: 23,
    oldestKubelet: 23,
    images: [
      { fromPatch: 0, etcd: "3.5.3-0", coredns: "1.8.6", pause: "3.7" },
      { fromPatch: 8, etcd: "3.5.5-0", coredns: "1.8.6", pause: "3.7" },
      { fromPatch: 9, etcd: "3.5.6-0", coredns: "1.8.6", pause: "3.7" },
    ],
  },
  {
    minor: 25,
    oldestControlPlane: 24,
    oldestKubelet: 24,
    images: [
      { fromPatch: 0, etcd: "3.5.4-0", coredns: "1.9.3", pause: "3.8" },
      { fromPatch: 4, etcd: "3.5.5-0", coredns: "1.9.3", pause: "3.8" },
      { fromPatch: 5, etcd: "3.5.6-0", coredns: "1.9.3", pause: "3.8" },
      { fromPatch: 15, etcd: "3.5.9-0", coredns: "1.9.3", pause: "3.8" },
    ],
  },
  {
    minor: 26,
    oldestControlPlane: 25,
    oldestKubelet: 25,
    images: [
      { fromPatch: 0, etcd: "3.5.6-0", coredns: "1.9.3", pause: "3.9" },
      { fromPatch: 10, etcd: "3.5.9-0", coredns: "1.9.3", pause: "3.9" },
      { fromPatch: 13, etcd: "3.5.10-0", coredns: "1.9.3", pause: "3.9" },
    ],
  },
  {
    minor: 27,
    oldestControlPlane: 26,
    oldestKubelet: 26,
    images: [
      { fromPatch: 0, etcd: "3.5.7-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 7, etcd: "3.5.9-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 10, etcd: "3.5.10-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 12, etcd: "3.5.12-0", coredns: "1.10.1", pause: "3.9" },
    ],
  },
  {
    minor: 28,
    oldestControlPlane: 27,
    oldestKubelet: 27,
    images: [
      { fromPatch: 0, etcd: "3.5.9-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 6, etcd: "3.5.10-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 8, etcd: "3.5.12-0", coredns: "1.10.1", pause: "3.9" },
      { fromPatch: 14, etcd: "3.5.15-0", coredns: "1.10.1", pause: "3.9" },
    ],
  },
  {
    minor: 29,
    oldestControlPlane: 28,
    oldestKubelet: 26,
    images: [
      { fromPatch: 0, etcd: "3.5.10-0", coredns: "1.11.1", pause: "3.9" },
      { fromPatch: 3, etcd: "3.5.12-0", coredns: "1.11.1", pause: "3.9" },
      { fromPatch: 9, etcd: "3.5.15-0", coredns: "1.11.1", pause: "3.9" },
      { fromPatch: 11, etcd: "3.5.16-0", coredns: "1.11.1", pause: "3.9" },
    ],
  },
  {
    minor: 30,
    oldestControlPlane: 29,
    oldestKubelet: 27,
    images: [
      { fromPatch: 0, etcd: "3.5.12-0", coredns: "1.11.1", pause: "3.9" },
      { fromPatch: 5, etcd: "3.5.15-0", coredns: "1.11.3", pause: "3.9" },
    ],
  },
  {
    minor: 31,
    oldestControlPlane: 30,
    oldestKubelet: 28,
    images: [
      { fromPatch: 0, etcd: "3.5.15-0", coredns: "1.11.1", pause: "3.10" },
      { fromPatch: 1, etcd: "3.5.15-0", coredns: "1.11.3", pause: "3.10" },
      { fromPatch: 14, etcd: "3.5.24-0", coredns: "1.11.3", pause: "3.10" },
    ],
  },
  {
    minor: 32,
    oldestControlPlane: 31,
    oldestKubelet: 29,
    images: [
      { fromPatch: 0, etcd: "3.5.16-0", coredns: "1.11.3", pause: "3.10" },
      { fromPatch: 10, etcd: "3.5.24-0", coredns: "1.11.3", pause: "3.10" },
    ],
  },
  {
    minor: 33,
    oldestControlPlane: 32,
    oldestKubelet: 30,
    images: [
      { fromPatch: 0, etcd: "3.5.21-0", coredns: "1.12.0", pause: "3.10" },
      { fromPatch: 6, etcd: "3.5.24-0", coredns: "1.12.0", pause: "3.10" },
    ],
  },
  {
    minor: 34,
    oldestControlPlane: 33,
    oldestKubelet: 31,
    images: [
      { fromPatch: 0, etcd: "3.6.4-0", coredns: "1.12.1", pause: "3.10.1" },
      { fromPatch: 2, etcd: "3.6.5-0", coredns: "1.12.1", pause: "3.10.1" },
    ],
  },
  {
    minor: 35,
    oldestControlPlane: 34,
    oldestKubelet: 32,
    images: [{ fromPatch: 0, etcd: "3.6.6-0", coredns: "1.13.1", pause: "3.10.1" }],
  },
  {
    minor: 36,
    oldestControlPlane: 35,
    oldestKubelet: 33,
    images: [{ fromPatch: 0, etcd: "3.6.8-0", coredns: "1.14.2", pause: "3.10.2" }],
  },
];

/** What kubeadm of this minor asks and brings; undefined: not known. */
export function kubeadmOf(minor: number): KubeadmMinor | undefined {
  return kubeadmMinors.find((each) => each.minor === minor);
}

/**
 * How kubeadm's nodes and static pods are known. Source: cmd/kubeadm/app/constants/constants.go,
 * AnnotationKubeadmCRISocket, KubeAPIServerAdvertiseAddressEndpointAnnotationKey.
 */
export const kubeadmAnnotations: readonly string[] = [
  "kubeadm.alpha.kubernetes.io/cri-socket",
  "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint",
];

/**
 * etcd before its step to 3.6: older 3.5 patches may leave members that 3.6 refuses. Source: etcd.io, Upgrade etcd
 * from v3.5 to v3.6, and the blog "zombie members" (2025-12), which names 3.5.26.
 */
export const etcdBefore36 = { from: "3.5", to: "3.6", patch: 26 } as const;

/**
 * What kubeadm takes from control-plane nodes when it upgrades them, and what it gives instead.
 * Sources: kubernetes/kubernetes PR #107533 (label, 1.24) and PR #110095 (taint, 1.25); KEP-2067.
 */
export const masterRename = {
  /** The label and the taint have the same key. */
  key: "node-role.kubernetes.io/master",
  instead: "node-role.kubernetes.io/control-plane",
  /** The first minor that sets the new label, also on nodes that it upgrades. */
  labelAdded: 20,
  /** The first minor whose upgrade takes the label away, and sets the new taint. */
  labelRemoved: 24,
  /** The first minor whose upgrade takes the old taint away. */
  taintRemoved: 25,
  source: "kubernetes/kubernetes PR #107533, KEP-2067",
} as const;

/** The role labels and the taints by which kubeadm of a minor marks the control-plane nodes that it makes. Source: as above. */
export function controlPlaneMarks(minor: number): {
  readonly labels: readonly string[];
  readonly taints: readonly string[];
} {
  const { key, instead, labelAdded, labelRemoved, taintRemoved } = masterRename;
  return {
    labels: [...(minor >= labelAdded ? [instead] : []), ...(minor < labelRemoved ? [key] : [])],
    taints: [...(minor >= labelRemoved ? [instead] : []), ...(minor < taintRemoved ? [key] : [])],
  };
}
