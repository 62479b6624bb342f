import { imageRepository } from "../lib/image.ts";

/**
 * What a cluster leans on, known by the labels and images of the usual manifests, so that a report can say "cluster
 * DNS" and not only a name. Sources: kubernetes cluster/addons/dns (k8s-app=kube-dns, kept by CoreDNS, kops and
 * kubeadm), openshift/cluster-dns-operator, kubernetes/ingress-nginx, traefik/traefik-helm-chart, istio/istio,
 * kubernetes-sigs/metrics-server, kubernetes/autoscaler, aws/karpenter-provider-aws.
 */
export interface ClusterRole {
  /** In words for a person. */
  readonly role: string;
  /** What stands still without it. */
  readonly consequence: string;
}

interface Signature extends ClusterRole {
  readonly labels: readonly (readonly [key: string, value: string])[];
}

const signatures: readonly Signature[] = [
  {
    role: "cluster DNS",
    consequence: "no name resolves in the cluster",
    labels: [
      ["k8s-app", "kube-dns"],
      ["dns.operator.openshift.io/daemonset-dns", "default"],
      ["k8s-app", "coredns"],
    ],
  },
  {
    role: "an ingress controller",
    consequence: "nothing from outside gets in through it",
    labels: [
      ["app.kubernetes.io/name", "ingress-nginx"],
      ["app.kubernetes.io/name", "traefik"],
      ["app", "istio-ingressgateway"],
      ["ingresscontroller.operator.openshift.io/deployment-ingresscontroller", "default"],
    ],
  },
  {
    role: "the mesh control plane",
    consequence: "no sidecar gets its configuration",
    labels: [["app", "istiod"]],
  },
  {
    role: "the resource metrics API",
    consequence: "autoscalers see no load",
    labels: [["k8s-app", "metrics-server"]],
  },
];

/** What a pod with these labels is to the cluster; undefined for most. */
export function clusterRole(labels: Readonly<Record<string, string>>): ClusterRole | undefined {
  return signatures.find((each) =>
    each.labels.some(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
  );
}

const clusterAutoscalerImage = /(^|\/)cluster-autoscaler(-amd64|-arm64)?$/;

/** Images whose program adds nodes when pods are Pending: the last part of their name, without registry and tag. */
const nodeAdders: readonly RegExp[] = [
  clusterAutoscalerImage,
  /(^|\/)karpenter(\/controller)?$/,
  /(^|\/)machine-controller-manager$/,
];

/** Whether an image is that of a program that adds nodes. */
export function addsNodes(image: string): boolean {
  const name = imageRepository(image);
  return nodeAdders.some((pattern) => pattern.test(name));
}

/** Whether an image is that of the cluster autoscaler, which also takes nodes away. */
export function isClusterAutoscaler(image: string): boolean {
  return clusterAutoscalerImage.test(imageRepository(image));
}

/**
 * Labels of etcd's static pods. Sources: kubeadm, cmd/kubeadm/app/util/staticpod (component=etcd);
 * openshift/cluster-etcd-operator, bindata/etcd/pod.yaml (k8s-app=etcd in openshift-etcd).
 */
const etcdSignatures = [
  { namespace: "kube-system", key: "component", value: "etcd" },
  { namespace: "openshift-etcd", key: "k8s-app", value: "etcd" },
] as const;

/** Whether a pod of this namespace with these labels is a member of the cluster's own etcd. */
export function isEtcdMember(namespace: string, labels: Readonly<Record<string, string>>): boolean {
  return etcdSignatures.some(
    (each) =>
      each.namespace === namespace && Object.hasOwn(labels, each.key) && labels[each.key] === each.value,
  );
}
