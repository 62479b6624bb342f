/**
 * The certificates that kubeadm makes, what stops when one has run out, and what renews them. Sources: kubernetes.io,
 * Certificate Management with kubeadm; kubernetes/kubernetes cmd/kubeadm/app/phases/certs/renewal/manager.go,
 * cmd/kubeadm/app/constants/constants.go; facts/kubeadm.json, certificates.
 */

/** What a leaf certificate of a control-plane node is for. */
export interface CertificateFact {
  /** As `kubeadm certs check-expiration` calls it. */
  readonly name: string;
  /** The static pod that does no work any more without it; undefined: none stops. */
  readonly component?: "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler";
  /** What is not possible without it. */
  readonly breaks: string;
}

export const kubeadmCertificates: readonly CertificateFact[] = [
  { name: "apiserver", component: "kube-apiserver", breaks: "nobody trusts the API server of its node" },
  {
    name: "apiserver-etcd-client",
    component: "kube-apiserver",
    breaks: "the API server of its node cannot read or write etcd",
  },
  {
    name: "apiserver-kubelet-client",
    breaks: "kubectl logs, exec and port-forward fail, and webhooks through the kubelet",
  },
  { name: "front-proxy-client", breaks: "aggregated APIs, such as metrics, refuse the API server" },
  { name: "etcd-server", component: "etcd", breaks: "nobody trusts the etcd member of its node" },
  { name: "etcd-peer", component: "etcd", breaks: "the other etcd members refuse the one of its node" },
  { name: "etcd-healthcheck-client", breaks: "health checks of etcd fail" },
  {
    name: "controller-manager.conf",
    component: "kube-controller-manager",
    breaks: "the controller manager of its node is refused by the API server",
  },
  {
    name: "scheduler.conf",
    component: "kube-scheduler",
    breaks: "the scheduler of its node is refused by the API server",
  },
  { name: "admin.conf", breaks: "kubectl with this file is refused, and kubeadm on its node with it" },
  { name: "super-admin.conf", breaks: "kubectl with this file is refused" },
  { name: "kubelet.conf", breaks: "the kubelet is refused, and its node becomes NotReady" },
];

export const certificateFacts = {
  /** What kubeadm signs is valid for so long, unless its configuration says otherwise: days. */
  leafDays: 365,
  /**
   * `kubeadm upgrade apply` and `node` renew; before kubeadm 1.17 `node` did so only when told to
   * (--certificate-renewal was false by default there). Source: kubernetes/kubeadm#1818.
   */
  nodeRenewsSince: 17,
  /** What kubelets get signed is valid for so long: --cluster-signing-duration. Days. */
  kubeletDays: 365,
  source: "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/",
  rotationSource: "https://kubernetes.io/docs/tasks/tls/certificate-rotation/",
} as const;

/** What asks for certificates by objects. Source: kubernetes.io, Certificate Signing Requests, Kubernetes signers. */
export const signers = {
  /** Approved by the controller manager itself. */
  kubeletClient: "kubernetes.io/kube-apiserver-client-kubelet",
  /** Approved by nobody unless somebody does. */
  kubeletServing: "kubernetes.io/kubelet-serving",
  /** A request that is neither approved nor denied is deleted after a day. */
  pendingHours: 24,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/",
} as const;

export function certificateFact(name: string): CertificateFact | undefined {
  return kubeadmCertificates.find((each) => each.name === name);
}
