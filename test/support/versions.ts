import type { Cluster } from "../../src/model/cluster.ts";
import { parseVersion } from "../../src/model/version.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { type ApiObject, node, type NodeOptions, pod } from "./objects.ts";
import { snapshot } from "./rehearse.ts";

/** Clusters of given versions, for rules that look at nothing else. */

/** A snapshot of these objects whose control plane has this version. */
export function clusterAt(
  version: string,
  ...objects: readonly (ApiObject | readonly ApiObject[])[]
): Cluster {
  const items = objects.flat();
  return snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }), { version });
}

/** A node whose kubelet has this version; `info` is more of what it reports. */
export function nodeAt(
  name: string,
  kubeletVersion: string,
  options: NodeOptions = {},
  info: ApiObject = {},
): ApiObject {
  const made = node(name, options);
  const status = made["status"] as ApiObject;
  return { ...made, status: { ...status, nodeInfo: { kubeletVersion, ...info } } };
}

/** The same object with these annotations. */
export function annotated(made: ApiObject, annotations: Readonly<Record<string, string>>): ApiObject {
  return { ...made, metadata: { ...(made["metadata"] as ApiObject), annotations } };
}

/** What kubeadm leaves on its nodes. */
export function byKubeadm(made: ApiObject): ApiObject {
  return annotated(made, {
    "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock",
  });
}

/** The pod of a component with this image. */
export function componentPod(component: string, nodeName: string, image: string): ApiObject {
  const labels: Readonly<Record<string, string>> =
    component === "kube-proxy" ? { "k8s-app": component } : { component };
  return pod(`kube-system/${component}-${nodeName}`, nodeName, {
    labels,
    spec: { containers: [{ name: component, image }] },
  });
}

/** What a rule says of a cluster, also of its way to a version where one is given. */
export function findingsAt(cluster: Cluster, rule: string, to?: string): readonly Finding[] {
  const target = to === undefined ? undefined : parseVersion(to);
  return judgeCluster(cluster, undefined, target).filter((finding) => finding.rule === rule);
}
