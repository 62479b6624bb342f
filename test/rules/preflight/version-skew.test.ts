import { eksPool, gkePool, managedCluster } from "../../support/managed-clusters.ts";
import { describe, expect, test } from "vitest";
import { nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";
import { byKubeadm, clusterAt, componentPod, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "version-skew";

function subjects(...cluster: Parameters<typeof clusterAt>) {
  return findingsAt(clusterAt(...cluster), rule).map(({ severity, subject }) => `${severity} ${subject}`);
}

describe("kubelets against the API server", () => {
  test.each([
    ["v1.33.4", "v1.33.9", []],
    ["v1.33.4", "v1.30.0", []],
    ["v1.33.4", "v1.29.15", ["error kubelet-1.29"]],
    ["v1.28.0", "v1.25.0", []],
    ["v1.27.0", "v1.24.0", ["error kubelet-1.24"]],
    ["v1.26.0", "v1.24.0", []],
    ["v1.33.4", "v1.34.0", ["error kubelet-1.34"]],
    ["v1.33.4+k3s1", "v1.33.4+k3s1", []],
  ])("API server %s, kubelet %s", (server, kubelet, expected) => {
    expect(subjects(server, nodeAt("node-1", kubelet))).toEqual(expected);
  });

  test("the sentence names both, the rule and where it stands", () => {
    const cluster = clusterAt(
      "v1.33.4",
      nodeAt("node-1", "v1.29.1"),
      nodeAt("node-2", "v1.29.1"),
      nodes("node-3"),
    );
    expect(findingsAt(cluster, rule)).toMatchObject([
      {
        severity: "error",
        message:
          "kubelet v1.29.1 on node-1 and node-2 is 4 minors older than the API server (v1.33.4): at most 3 are supported",
        data: { nodes: ["node-1", "node-2"], rule: "kubelet-apiserver", limit: 3, by: 4 },
      },
    ]);
    expect(findingsAt(cluster, rule)[0]!.details.at(-1)).toContain("version-skew-policy");
  });
});

describe("what pods tell by their images", () => {
  const image = (name: string, version: string) => `registry.k8s.io/${name}:${version}`;
  const server = (node: string, version: string) =>
    componentPod("kube-apiserver", node, image("kube-apiserver", version));

  test("API servers two minors apart, and a kubelet that fits only the newer", () => {
    const cluster = [server("cp-1", "v1.31.0"), server("cp-2", "v1.33.0"), nodeAt("node-1", "v1.32.0")];
    expect(subjects("v1.33.0", ...cluster)).toEqual(["error kube-apiserver-1.31", "error kubelet-1.32"]);
  });

  test("near miss: one minor apart, and kubelets that fit both", () => {
    const cluster = [server("cp-1", "v1.32.0"), server("cp-2", "v1.33.0"), nodeAt("node-1", "v1.30.0")];
    expect(subjects("v1.33.0", ...cluster)).toEqual([]);
  });

  test.each(["kube-controller-manager", "kube-scheduler", "cloud-controller-manager"])("%s", (name) => {
    const at = (version: string) =>
      subjects("v1.33.0", server("cp-1", "v1.33.0"), componentPod(name, "cp-1", image(name, version)));
    expect(at("v1.33.1")).toEqual([]);
    expect(at("v1.32.9")).toEqual([]);
    expect(at("v1.31.0")).toEqual([`error ${name}-1.31`]);
    expect(at("v1.34.0")).toEqual([`error ${name}-1.34`]);
  });

  test("kube-proxy, against the API server and its node's kubelet", () => {
    const at = (proxy: string, kubelet: string) =>
      subjects(
        "v1.33.0",
        nodeAt("node-1", kubelet),
        componentPod("kube-proxy", "node-1", `${image("kube-proxy", proxy)}@sha256:0123`),
      );
    expect(at("v1.30.0", "v1.33.0")).toEqual([]);
    expect(at("v1.33.0", "v1.30.0")).toEqual([]);
    expect(at("v1.34.0", "v1.33.0")).toEqual(["error kube-proxy-1.34"]);
    expect(at("v1.29.0", "v1.33.0")).toEqual(["error kube-proxy-1.29", "error kube-proxy-1.29"]);
  });

  test("a node's word on its kube-proxy repeats its kubelet: it is said once", () => {
    const info = { kubeProxyVersion: "v1.29.0" };
    expect(subjects("v1.33.0", nodeAt("node-1", "v1.29.0", {}, info))).toEqual(["error kubelet-1.29"]);
  });

  test("an image by digest tells no version", () => {
    const proxy = componentPod("kube-proxy", "node-1", "registry.k8s.io/kube-proxy@sha256:0123");
    expect(subjects("v1.33.0", nodes("node-1"), proxy)).toEqual([]);
  });
});

describe("on the way to a version", () => {
  const said = (cluster: ReturnType<typeof clusterAt>, to: string) =>
    findingsAt(cluster, rule, to).map(({ severity, subject, data }) => [severity, subject, data["minor"]]);

  test("a kubelet has to move before the minor that is too much for it", () => {
    const cluster = clusterAt("v1.33.0", nodeAt("node-1", "v1.32.1"));
    expect(said(cluster, "v1.35.0")).toEqual([]);
    expect(said(cluster, "v1.36.0")).toEqual([
      ["warning", "kubelet-1.32", "1.36"],
      ["info", "kubectl", "1.36"],
    ]);
    expect(findingsAt(cluster, rule, "v1.36.0")[0]!.message).toBe(
      "kubelet v1.32.1 on node-1 has to move before the control plane goes to 1.36: it would be 4 minors older, at most 3 are supported",
    );
  });

  test("kubeadm of 1.28 takes kubelets of one minor less only, kubeadm of 1.29 of three", () => {
    const at = (server: string, kubelet: string) => clusterAt(server, byKubeadm(nodeAt("node-1", kubelet)));
    expect(said(at("v1.27.0", "v1.26.0"), "v1.28.0")).toEqual([["warning", "kubeadm-1.28", "1.28"]]);
    expect(said(at("v1.27.0", "v1.27.0"), "v1.28.0")).toEqual([]);
    expect(said(at("v1.28.0", "v1.26.0"), "v1.29.0")).toEqual([]);
    expect(said(clusterAt("v1.27.0", nodeAt("node-1", "v1.26.0")), "v1.28.0")).toEqual([]);
  });

  test("an API server that was left behind", () => {
    const server = (node: string, version: string) =>
      componentPod("kube-apiserver", node, `registry.k8s.io/kube-apiserver:${version}`);
    const cluster = clusterAt(
      "v1.33.0",
      byKubeadm(nodeAt("cp-1", "v1.32.0")),
      server("cp-1", "v1.32.0"),
      server("cp-2", "v1.33.0"),
    );
    expect(said(cluster, "v1.34.0")).toEqual([["warning", "kubeadm-1.34-control-plane", "1.34"]]);
  });

  test("etcd 3.5 before 3.5.26 is in the way of kubeadm 1.34, and of none before", () => {
    const at = (etcd: string) =>
      clusterAt(
        "v1.32.0",
        byKubeadm(nodeAt("cp-1", "v1.32.0")),
        componentPod("etcd", "cp-1", `registry.k8s.io/etcd:${etcd}`),
      );
    expect(said(at("3.5.24-0"), "v1.34.0")).toEqual([["warning", "etcd-3.5", "1.34"]]);
    expect(said(at("3.5.24-0"), "v1.33.0")).toEqual([]);
    expect(said(at("3.5.26-0"), "v1.34.0")).toEqual([]);
    expect(said(at("3.6.4-0"), "v1.34.0")).toEqual([]);
  });
});

test("beside a plan nothing is said of versions", () => {
  const cluster = clusterAt("v1.33.0", nodeAt("node-1", "v1.25.0"));
  expect(besidePlan(cluster, drainOf(["node-1"]), "version-skew")).toEqual([]);
});

describe("kubectl", () => {
  const at = (kubectlVersion: string | undefined, to?: string) => {
    const cluster = clusterAt("v1.30.4", nodeAt("node-1", "v1.30.4"));
    const client = kubectlVersion === undefined ? {} : { kubectlVersion };
    return findingsAt({ ...cluster, ...client }, "version-skew", to).map(({ severity, subject, data }) => [
      severity,
      subject,
      data["minor"],
    ]);
  };

  test("is within one minor of the API server, newer or older", () => {
    for (const fine of ["v1.29.0", "v1.30.0", "v1.31.9"]) expect(at(fine)).toEqual([]);
    expect(at("v1.28.9")).toEqual([["error", "kubectl-1.28", undefined]]);
    expect(at("v1.32.0")).toEqual([["error", "kubectl-1.32", undefined]]);
  });

  test("has to be another at the first minor of the way that is too far", () => {
    expect(at("v1.31.0", "v1.32.0")).toEqual([]);
    expect(at("v1.31.0", "v1.33.0")).toEqual([["warning", "kubectl-1.31", "1.33"]]);
    expect(at("v1.29.0", "v1.31.0")).toEqual([["warning", "kubectl-1.29", "1.31"]]);
  });

  test("that nobody names: only that no single one does is certain", () => {
    expect(at(undefined, "v1.32.0")).toEqual([]);
    expect(at(undefined, "v1.33.0")).toEqual([["info", "kubectl", "1.33"]]);
  });
});

describe("providers that are stricter than the policy", () => {
  const gke = (kubelet: string) =>
    managedCluster("v1.34.4-gke.1036000", [{ labels: gkePool("general"), count: 2, version: kubelet }]);
  const eks = (kubelet: string) =>
    managedCluster("v1.34.1-eks-113cf36", [{ labels: eksPool("general"), count: 2, version: kubelet }]);

  test("GKE supports nodes two minors behind, as they are and on the way", () => {
    expect(findingsAt(gke("v1.31.9-gke.100"), "version-skew")).toMatchObject([
      { severity: "warning", subject: "kubelet-1.31-on-gke", data: { limit: 2, isAhead: false } },
    ]);
    expect(findingsAt(gke("v1.32.9-gke.100"), "version-skew", "v1.35.8")).toMatchObject([
      { severity: "warning", subject: "kubelet-1.32-on-gke", data: { minor: "1.35", isAhead: true } },
    ]);
    expect(findingsAt(gke("v1.32.9-gke.100"), "version-skew")).toEqual([]);
  });

  test("near miss: one that the policy itself forbids is told once", () => {
    const found = findingsAt(gke("v1.30.9-gke.100"), "version-skew");
    expect(found.map(({ severity, subject }) => [severity, subject])).toEqual([["error", "kubelet-1.30"]]);
  });

  test("EKS: managed node groups have to match before the next minor", () => {
    expect(findingsAt(eks("v1.33.3-eks-3abbec1"), "version-skew", "v1.35.8")).toMatchObject([
      { severity: "warning", subject: "general", data: { pool: "general", minor: "1.35" } },
    ]);
    expect(findingsAt(eks("v1.34.1-eks-113cf36"), "version-skew", "v1.35.8")).toEqual([]);
    expect(findingsAt(eks("v1.33.3-eks-3abbec1"), "version-skew")).toEqual([]);
  });
});
