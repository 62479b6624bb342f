/**
 * The workloads of kubeadm's add-ons, and the names of their images. Source: kubernetes/kubernetes
 * cmd/kubeadm/app/phases/addons/{dns,proxy}/manifests.go.
 */
export const addonWorkloads = {
  coredns: "kube-system/Deployment/coredns",
  "kube-proxy": "kube-system/DaemonSet/kube-proxy",
} as const;
