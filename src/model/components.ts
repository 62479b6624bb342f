import { kubeadmAnnotations } from "../facts/kubeadm.ts";
import { imageName, imageTag } from "../lib/image.ts";
import type { Cluster } from "./cluster.ts";
import { keyOf, labelValue } from "./meta.ts";
import { isFinished, type Pod } from "./pod.ts";
import { parseVersion, type Version } from "./version.ts";

/** What a cluster consists of, as far as its objects tell of it. */
export type ComponentName =
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "cloud-controller-manager"
  | "etcd"
  | "kube-proxy"
  | "kubelet"
  | "kubectl"
  | "CoreDNS";

/** One instance of a component, with the version that it runs. */
export interface Component {
  readonly name: ComponentName;
  readonly version: Version;
  /** The node that it runs on; empty where that is not known. */
  readonly node: string;
  /** What tells its version: `pod kube-system/etcd-cp-1`, `node cp-1`. */
  readonly toldBy: string;
  /**
   * A pod's image; a node's own report; what the user says of the client. What a node reports of its kube-proxy is what
   * its kubelet assumes.
   */
  readonly evidence: "image" | "node" | "said";
}

/**
 * The pods of each component, by a label and the last part of its image's name. Sources: kubeadm,
 * cmd/kubeadm/app/phases/{controlplane,etcd,addons}; kubernetes/cloud-provider (component label by convention).
 */
const podsOfComponents: readonly {
  readonly name: ComponentName;
  readonly label: readonly [key: string, value: string];
  readonly image: RegExp;
}[] = [
  { name: "kube-apiserver", label: ["component", "kube-apiserver"], image: /^(kube-apiserver|hyperkube)/ },
  {
    name: "kube-controller-manager",
    label: ["component", "kube-controller-manager"],
    image: /^(kube-controller-manager|hyperkube)/,
  },
  { name: "kube-scheduler", label: ["component", "kube-scheduler"], image: /^(kube-scheduler|hyperkube)/ },
  {
    name: "cloud-controller-manager",
    label: ["component", "cloud-controller-manager"],
    // Providers count their own versions; only Kubernetes' own image has the minor that the policy speaks of.
    image: /^(cloud-controller-manager|hyperkube)/,
  },
  { name: "etcd", label: ["component", "etcd"], image: /^etcd/ },
  { name: "kube-proxy", label: ["k8s-app", "kube-proxy"], image: /^(kube-proxy|hyperkube)/ },
  { name: "CoreDNS", label: ["k8s-app", "kube-dns"], image: /^coredns/ },
];

/**
 * Every instance of a component that a cluster's nodes and pods tell of: kubelets by what nodes report, the others by
 * the tag of their pods' images, kube-proxy by its node's report where it has no pod there, kubectl by what the user says. Images by digest alone and
 * control planes that no pod shows (managed clusters, k3s) tell nothing.
 */
export function componentsOf(cluster: Cluster): readonly Component[] {
  const byPods = cluster.objects.Pod.filter((pod) => !isFinished(pod)).flatMap(componentOfPod);
  const withProxy = new Set(byPods.filter(({ name }) => name === "kube-proxy").map(({ node }) => node));
  const byNodes = cluster.objects.Node.flatMap(({ name: node, info }) => [
    ...reported("kubelet", node, info.kubeletVersion),
    ...(withProxy.has(node) ? [] : reported("kube-proxy", node, info.kubeProxyVersion)),
  ]);
  return [...byPods, ...byNodes, ...clientOf(cluster)];
}

/** The kubectl that a plan is carried out with, where the user says its version. */
function clientOf({ kubectlVersion = "" }: Cluster): Component[] {
  const version = parseVersion(kubectlVersion);
  return version
    ? [{ name: "kubectl", version, node: "", toldBy: "--kubectl-version", evidence: "said" }]
    : [];
}

/** Whether kubeadm made this cluster: it leaves its annotations on nodes and static pods. */
export function isByKubeadm({ objects }: Cluster): boolean {
  return [...objects.Node, ...objects.Pod].some(({ annotations }) =>
    kubeadmAnnotations.some((key) => Object.hasOwn(annotations, key)),
  );
}

function reported(name: ComponentName, node: string, text: string): Component[] {
  const version = parseVersion(text);
  return version ? [{ name, version, node, toldBy: `node ${node}`, evidence: "node" }] : [];
}

/** The component that a pod is an instance of, if its image tells its version. */
export function componentOfPod(pod: Pod): Component[] {
  const known = podsOfComponents.find(({ label: [key, value] }) => labelValue(pod.labels, key) === value);
  if (!known) return [];
  for (const { image } of pod.spec.containers) {
    const version = parseVersion(imageTag(image) ?? "");
    if (version && known.image.test(imageName(image)))
      return [
        { name: known.name, version, node: pod.nodeName, toldBy: `pod ${keyOf(pod)}`, evidence: "image" },
      ];
  }
  return [];
}
