/** A kubeadm cluster as `kubectl get -o yaml` would show it: stacked etcd, CoreDNS, kube-proxy, an application. */
export interface KubeadmShape {
  readonly controlPlanes: number;
  readonly workers: number;
  /** `v1.33.13` */
  readonly version: string;
  /** Kubelets of the workers, where they are older. */
  readonly kubelets?: string;
  readonly etcd: string;
  readonly coredns: string;
}

export function kubeadmCluster(shape: KubeadmShape): string {
  const { controlPlanes, workers, version, kubelets = version } = shape;
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  const planes = names("cp", controlPlanes);
  const others = names("node", workers);
  return [
    ...planes.map((name) => node(name, version, true)),
    ...others.map((name) => node(name, kubelets, false)),
    ...planes.flatMap((name) => staticPods(name, shape)),
    daemonSet(version),
    ...planes.map((name) => proxyPod(name, version)),
    ...others.map((name) => proxyPod(name, kubelets)),
    deployment(
      "kube-system",
      "coredns",
      2,
      `registry.k8s.io/coredns/coredns:v${shape.coredns}`,
      "k8s-app: kube-dns",
    ),
    ...others
      .slice(0, 2)
      .map((name, index) => pod("kube-system", "coredns", index, name, shape, "k8s-app: kube-dns")),
    service("kube-system", "kube-dns", "k8s-app: kube-dns"),
    deployment("shop", "web", 2, "registry.example.com/web:1", "app: web"),
    ...others.slice(-2).map((name, index) => pod("shop", "web", index, name, shape, "app: web")),
    service("shop", "web", "app: web"),
    budget("shop", "web", "app: web"),
  ].join("---\n");
}

function node(name: string, version: string, isControlPlane: boolean): string {
  const role = isControlPlane ? `, node-role.kubernetes.io/control-plane: ""` : "";
  const taints = isControlPlane
    ? "spec: { taints: [{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }] }"
    : "";
  return `apiVersion: v1
kind: Node
metadata:
  name: ${name}
  labels: { kubernetes.io/hostname: ${name}, kubernetes.io/os: linux${role} }
  annotations: { kubeadm.alpha.kubernetes.io/cri-socket: "unix:///run/containerd/containerd.sock" }
${taints}
status:
  allocatable: { cpu: "4", memory: 16Gi, pods: "110" }
  conditions: [{ type: Ready, status: "True" }]
  nodeInfo: { kubeletVersion: ${version}, kubeProxyVersion: ${version}, containerRuntimeVersion: "containerd://2.1.4", operatingSystem: linux, architecture: amd64 }
`;
}

function staticPods(node: string, { version, etcd }: KubeadmShape): string[] {
  const images: readonly (readonly [string, string])[] = [
    ["etcd", `registry.k8s.io/etcd:${etcd}`],
    ["kube-apiserver", `registry.k8s.io/kube-apiserver:${version}`],
    ["kube-controller-manager", `registry.k8s.io/kube-controller-manager:${version}`],
    ["kube-scheduler", `registry.k8s.io/kube-scheduler:${version}`],
  ];
  return images.map(
    ([component, image]) => `apiVersion: v1
kind: Pod
metadata:
  name: ${component}-${node}
  namespace: kube-system
  uid: ${component}-${node}
  labels: { component: ${component}, tier: control-plane }
  annotations: { kubernetes.io/config.mirror: x, kubernetes.io/config.source: file }
  ownerReferences: [{ apiVersion: v1, kind: Node, name: ${node}, uid: ${node}, controller: true }]
spec: { nodeName: ${node}, hostNetwork: true, priority: 2000001000, containers: [{ name: ${component}, image: "${image}" }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`,
  );
}

function daemonSet(version: string): string {
  return `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kube-proxy, namespace: kube-system, uid: kube-proxy }
spec:
  selector: { matchLabels: { k8s-app: kube-proxy } }
  template:
    metadata: { labels: { k8s-app: kube-proxy } }
    spec:
      tolerations: [{ operator: Exists }]
      containers: [{ name: kube-proxy, image: "registry.k8s.io/kube-proxy:${version}" }]
`;
}

function proxyPod(node: string, version: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: kube-proxy-${node}
  namespace: kube-system
  uid: kube-proxy-${node}
  labels: { k8s-app: kube-proxy, controller-revision-hash: "1" }
  ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: kube-proxy, uid: kube-proxy, controller: true }]
spec: { nodeName: ${node}, tolerations: [{ operator: Exists }], containers: [{ name: kube-proxy, image: "registry.k8s.io/kube-proxy:${version}" }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`;
}

function deployment(namespace: string, name: string, replicas: number, image: string, label: string): string {
  const template = `template: { metadata: { labels: { ${label} } }, spec: { containers: [{ name: main, image: "${image}" }] } }`;
  const object = (kind: string, own: string, uid: string, owner: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${own}
  namespace: ${namespace}
  uid: ${uid}
${owner}
spec: { replicas: ${replicas}, selector: { matchLabels: { ${label} } }, ${template} }
`;
  const owner = `  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: ${name}, controller: true }]`;
  return `${object("Deployment", name, name, "")}---\n${object("ReplicaSet", `${name}-1`, `${name}-1`, owner)}`;
}

function pod(
  namespace: string,
  name: string,
  index: number,
  node: string,
  { coredns }: KubeadmShape,
  label: string,
): string {
  const image =
    name === "coredns" ? `registry.k8s.io/coredns/coredns:v${coredns}` : "registry.example.com/web:1";
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}-1-${index}
  namespace: ${namespace}
  uid: ${name}-1-${index}
  labels: { ${label} }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${name}-1, uid: ${name}-1, controller: true }]
spec: { nodeName: ${node}, containers: [{ name: main, image: "${image}" }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`;
}

function service(namespace: string, name: string, label: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { ${label} }, ports: [{ port: 80 }] }
`;
}

function budget(namespace: string, name: string, label: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: ${namespace} }
spec: { minAvailable: 1, selector: { matchLabels: { ${label} } } }
`;
}
