import type { Cluster } from "../../src/model/cluster.ts";
import type { Step } from "../../src/plan/plan.ts";
import { planIn } from "../plan/plan-files.ts";
import { type ApiObject, clusterOf, deployment, node, nodes, pod, service } from "./objects.ts";

/** Clusters of kubeadm at v1.33.4, and the steps that bring them to v1.34.11. */

export const hop = { from: "v1.33.4", to: "v1.34.11", etcdFrom: "v3.5.21", etcdTo: "v3.6.5" } as const;

const controlPlaneLabels = { "node-role.kubernetes.io/control-plane": "" };

export interface KubeadmOptions {
  /** Static pods that the snapshot does not show. */
  readonly without?: readonly string[];
  readonly workers?: readonly string[];
  /** etcd as the snapshot shows it. */
  readonly etcd?: string;
  /** Nodes whose etcd is not Ready. */
  readonly sick?: readonly string[];
  readonly more?: readonly ApiObject[];
}

/** `cp-1` and so on, each with its static pods, and workers with a Service on them. */
export function kubeadmCluster(members: number, options: KubeadmOptions = {}): Cluster {
  const { workers = ["node-1", "node-2"], more = [] } = options;
  const names = Array.from({ length: members }, (_, index) => `cp-${index + 1}`);
  return clusterOf(
    names.map((name) => annotated(node(name, { labels: controlPlaneLabels }))),
    nodes(...workers),
    names.flatMap((name) => staticPods(name, options)),
    deployment("shop/web", workers),
    service("shop/web"),
    more,
  );
}

/** The mark that kubeadm leaves on its nodes. */
function annotated(object: ApiObject): ApiObject {
  const annotations = { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock" };
  return { ...object, metadata: { ...(object["metadata"] as ApiObject), annotations } };
}

const images: Readonly<Record<string, string>> = {
  "kube-apiserver": "registry.k8s.io/kube-apiserver:v1.33.4",
  "kube-controller-manager": "registry.k8s.io/kube-controller-manager:v1.33.4",
  "kube-scheduler": "registry.k8s.io/kube-scheduler:v1.33.4",
};

function staticPods(
  name: string,
  { without = [], etcd = "3.5.21-0", sick = [] }: KubeadmOptions,
): ApiObject[] {
  const all = { etcd: `registry.k8s.io/etcd:${etcd}`, ...images };
  return Object.entries(all)
    .filter(([component]) => !without.includes(component))
    .map(([component, image]) => {
      const made = pod(`kube-system/${component}-${name}`, name, {
        labels: { component, tier: "control-plane" },
        isReady: component !== "etcd" || !sick.includes(name),
        spec: { containers: [{ name: component, image }] },
      });
      const annotations = { "kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file" };
      return { ...made, metadata: { ...(made["metadata"] as ApiObject), annotations } };
    });
}

/** The steps of a YAML list, in a plan whose target is v1.34.11. */
export function hopSteps(steps: string): readonly Step[] {
  return planIn(`
apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: hop }
spec:
  target: { kubernetesVersion: ${hop.to} }
  steps:
${steps
  .trim()
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
`).steps;
}

/** The control plane one node after another, then the workers. */
export const wholeHop = `
- backupEtcd: {}
- rollout:
    name: control-plane
    selector: { matchLabels: { node-role.kubernetes.io/control-plane: "" } }
    order: name
    perNode:
      - upgradeControlPlane: {}
      - drain: { ignoreDaemonSets: true }
      - upgradeKubelet: {}
      - uncordon: {}
      - gate: { until: [nodeReady, controlPlaneHealthy, etcdHealthy], for: 30s, timeout: 10m }
- rollout:
    name: workers
    selector: { matchExpressions: [{ key: node-role.kubernetes.io/control-plane, operator: DoesNotExist }] }
    perNode:
      - drain: { ignoreDaemonSets: true }
      - upgradeKubelet: {}
      - uncordon: {}
      - gate: { until: [nodeReady], timeout: 10m }
- gate: { name: done, until: [{ nodesAt: v1.34.11 }], timeout: 1m }
`;
