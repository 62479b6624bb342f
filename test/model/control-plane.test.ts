import { expect, test } from "vitest";
import { controlPlaneOf, etcdVersion, versionText } from "../../src/model/control-plane.ts";
import { parseVersion } from "../../src/model/version.ts";
import { kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { clusterOf, node, nodes, pod } from "../support/objects.ts";

/** Which components a control plane has, what is assumed of them, and where etcd is. */

const text = (cluster: Parameters<typeof controlPlaneOf>[0]) => {
  const { nodes: names, etcd, assumed } = controlPlaneOf(cluster);
  return { names, etcd, assumed: assumed.map(({ name, node: on, toldBy }) => `${name} ${on} by ${toldBy}`) };
};

test("all of it is shown by pods: nothing is assumed", () => {
  expect(text(kubeadmCluster(3))).toEqual({ names: ["cp-1", "cp-2", "cp-3"], etcd: "stacked", assumed: [] });
});

test("API servers without etcd: it is elsewhere", () => {
  expect(text(kubeadmCluster(1, { without: ["etcd"] }))).toEqual({
    names: ["cp-1"],
    etcd: "external",
    assumed: [],
  });
});

test("no pod at all, in a cluster of kubeadm: the cluster's version, and the etcd that comes with it", () => {
  const without = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
  const cluster = kubeadmCluster(1, { without });
  const { assumed } = controlPlaneOf(cluster);
  expect(assumed.map(({ name, version }) => [name, versionText(version, name)])).toEqual([
    ["etcd", "v3.5.21"],
    ["kube-apiserver", "v1.33.4"],
    ["kube-controller-manager", "v1.33.4"],
    ["kube-scheduler", "v1.33.4"],
  ]);
});

test("no pod, and nobody knows who made it: no etcd is assumed", () => {
  const cluster = clusterOf(node("cp-1", { labels: { "node-role.kubernetes.io/control-plane": "" } }));
  expect(controlPlaneOf(cluster).etcd).toBe("external");
  expect(controlPlaneOf(cluster).assumed.map(({ name }) => name)).not.toContain("etcd");
});

test("a managed control plane has no nodes, and an application's etcd is not the cluster's", () => {
  const own = pod("shop/etcd-0", "node-1", {
    labels: { component: "etcd" },
    spec: { containers: [{ name: "etcd", image: "quay.io/coreos/etcd:v3.5.9" }] },
  });
  expect(text(clusterOf(nodes("node-1"), own))).toEqual({ names: [], etcd: "external", assumed: [] });
});

test("etcd by patch, where that is known", () => {
  const brought = (version: string) => {
    const etcd = etcdVersion(parseVersion(version)!);
    return etcd && versionText(etcd, "etcd");
  };
  expect([brought("v1.34.1"), brought("v1.34.2"), brought("v1.99.0")]).toEqual([
    "v3.6.4",
    "v3.6.5",
    undefined,
  ]);
});
