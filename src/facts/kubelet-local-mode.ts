/**
 * Whether the kubelet of a new control-plane node speaks to the API server of its own node, which kubeadm then starts before
 * the node registers. Before that it speaks to any, which may be older than that kubelet. Sources: kubernetes/kubernetes PR
 * #129956 (ControlPlaneKubeletLocalMode, on by default from 1.33), PR #134106 (always, from 1.35); kubernetes-sigs/cluster-api
 * PR #10947 (KubeadmControlPlane switches it on from 1.31).
 */
const localFrom = { kubeadm: 33, "cluster-api": 31 } as const;

/** By the minor (of 1.x) of the new node, and by who makes it. */
export function usesOwnApiServer(minor: number, maker: keyof typeof localFrom): boolean {
  return minor >= localFrom[maker];
}
