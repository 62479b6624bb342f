/** A version of kubeadm's own configuration. Minors are those of 1.x. */
export interface KubeadmConfigVersion {
  readonly apiVersion: string;
  readonly introduced: number;
  readonly deprecated?: number;
  /** The first kubeadm that does not read it. */
  readonly removed?: number;
  readonly source: string;
}

/** Oldest first. kubeadm of the minor before a removal writes a file again in the next version. */
export const kubeadmConfigVersions: readonly KubeadmConfigVersion[] = [
  {
    apiVersion: "kubeadm.k8s.io/v1beta1",
    introduced: 13,
    deprecated: 17,
    removed: 22,
    source: "kubernetes/kubernetes PR #83276, PR #101129",
  },
  {
    apiVersion: "kubeadm.k8s.io/v1beta2",
    introduced: 15,
    deprecated: 24,
    removed: 27,
    source: "kubernetes/kubernetes PR #107013, PR #114540",
  },
  {
    apiVersion: "kubeadm.k8s.io/v1beta3",
    introduced: 22,
    deprecated: 31,
    // PR #136016 speaks of 1.36; kubeadm 1.36 still reads it (kubernetes/kubeadm PR #3311).
    removed: 37,
    source: "kubernetes/kubernetes PR #101129, PR #125029, PR #136016",
  },
  { apiVersion: "kubeadm.k8s.io/v1beta4", introduced: 31, source: "kubernetes/kubernetes PR #125029" },
];
