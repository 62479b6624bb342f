import { describe, expect, test } from "vitest";
import { inTreeVolumes } from "../../../src/facts/feature-removals.ts";
import {
  type ApiObject,
  boundVolume,
  configMap,
  deployment,
  nodes,
  object,
  pod,
} from "../../support/objects.ts";
import { byKubeadm, clusterAt, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "removed-feature";
const master = "node-role.kubernetes.io/master";
const controlPlane = "node-role.kubernetes.io/control-plane";

function said(cluster: ReturnType<typeof clusterAt>, to?: string) {
  return findingsAt(cluster, rule, to).map(({ severity, subject, data }) => [
    severity,
    subject,
    data["minor"],
  ]);
}

describe("Docker through the kubelet", () => {
  const at = (version: string, runtime = "docker://20.10.7") =>
    clusterAt(version, nodeAt("node-1", version, {}, { containerRuntimeVersion: runtime }));

  test("goes with 1.24", () => {
    expect(said(at("v1.23.17"))).toEqual([]);
    expect(said(at("v1.23.17"), "v1.24.0")).toEqual([["error", "dockershim", "1.24"]]);
    expect(said(at("v1.22.0"), "v1.23.0")).toEqual([]);
  });

  test("near misses: containerd; a kubelet of 1.24 that reports Docker runs cri-dockerd", () => {
    expect(said(at("v1.23.17", "containerd://1.6.8"), "v1.24.0")).toEqual([]);
    expect(said(at("v1.24.0"), "v1.25.0")).toEqual([]);
  });

  test("kubelets that stayed behind an API server of 1.24", () => {
    const node = nodeAt("node-1", "v1.23.0", {}, { containerRuntimeVersion: "docker://20.10.7" });
    expect(said(clusterAt("v1.24.0", node))).toEqual([["warning", "dockershim", "1.24"]]);
  });
});

describe("PodSecurityPolicies", () => {
  const at = (version: string) => {
    const policy = {
      apiVersion: "policy/v1beta1",
      kind: "PodSecurityPolicy",
      metadata: { name: "restricted" },
    };
    return clusterAt(version, nodeAt("node-1", version), policy);
  };

  test("end silently with 1.25, and are refused after it", () => {
    expect(said(at("v1.24.0"))).toEqual([]);
    expect(said(at("v1.24.0"), "v1.25.0")).toEqual([["warning", "PodSecurityPolicy", "1.25"]]);
    expect(said(at("v1.25.0"))).toEqual([["error", "PodSecurityPolicy", "1.25"]]);
    expect(findingsAt(at("v1.24.0"), "removed-api", "v1.25.0")).toEqual([]);
  });
});

describe("volume plugins of Kubernetes' own code", () => {
  const at = (minor: number, ...objects: readonly ApiObject[]) =>
    clusterAt(`v1.${minor}.0`, nodeAt("node-1", `v1.${minor}.0`), objects);
  const mounting = (field: string) =>
    pod("shop/web", "node-1", {
      spec: { containers: [], volumes: [{ name: "data", [field]: { fsType: "ext4" } }] },
    });
  const driver = (name: string) => object("storage.k8s.io/v1", "CSIDriver", name, { spec: {} });

  test.each(inTreeVolumes)(
    "$field: from when on, and for want of what",
    ({ field, removed, driver: fact }) => {
      const from = fact?.since ?? removed;
      const other = driver("other.example.com");
      expect(said(at(from - 1, mounting(field), other))).toEqual([]);
      expect(said(at(from, mounting(field), other))).toEqual([["error", field, `1.${from}`]]);
      // With the driver nothing is amiss; where the input has no drivers at all, it is not known.
      const settled = fact ? said(at(from, mounting(field), driver(fact.name))) : [];
      expect(settled).toEqual([]);
      expect(said(at(from, mounting(field)))[0]![0]).toBe(fact ? "warning" : "error");
    },
  );

  test("PersistentVolumes and StorageClasses use them too", () => {
    const cluster = at(
      25,
      ...boundVolume("data", "shop/data", ["ReadWriteOnce"], { glusterfs: { endpoints: "x", path: "y" } }),
      object("storage.k8s.io/v1", "StorageClass", "gluster", { provisioner: "kubernetes.io/glusterfs" }),
    );
    expect(findingsAt(cluster, rule, "v1.26.0").map(({ message }) => message)).toEqual([
      "1.26 has no glusterfs volumes any more: 1 PersistentVolume (data) and 1 StorageClass (gluster) use them",
    ]);
  });
});

describe("the label and taint of control-plane nodes", () => {
  const labels = { [master]: "", [controlPlane]: "" };
  const cp = byKubeadm(nodeAt("cp-1", "v1.23.0", { labels }));
  const withSpec = (spec: ApiObject) => deployment("shop/web", ["cp-1"], { spec });
  const onLabel = withSpec({ nodeSelector: { [master]: "" } });

  test("a selector that has a node before 1.24 and none after it, as of incident 2", () => {
    const cluster = clusterAt("v1.23.0", cp, nodeAt("node-1", "v1.23.0"), onLabel);
    expect(said(cluster)).toEqual([]);
    expect(said(cluster, "v1.24.0")).toEqual([
      ["error", "shop/Deployment/web", "1.24"],
      ["warning", master, "1.24"],
    ]);
  });

  test("without kubeadm's marks it is not certain that anybody takes the label", () => {
    const cluster = clusterAt("v1.23.0", nodeAt("cp-1", "v1.23.0", { labels }), onLabel);
    expect(findingsAt(cluster, rule, "v1.24.0")).toMatchObject([
      { severity: "warning", subject: master, data: { workloads: ["shop/Deployment/web"] } },
    ]);
  });

  test("another platform takes the label when it likes: that is a note", () => {
    const cluster = clusterAt("v1.23.0", nodeAt("cp-1", "v1.23.0+k3s1", { labels }), onLabel);
    const [finding] = findingsAt(cluster, rule, "v1.24.0");
    expect(finding).toMatchObject({ severity: "info", data: { workloads: ["shop/Deployment/web"] } });
    expect(finding!.message).toMatch(
      /with 1\.24; whether k3s does so from 1 node \(cp-1\) is not known here: /,
    );
  });

  test("the label alone is told of: custom resources select by it, as of incident 1", () => {
    expect(said(clusterAt("v1.23.0", cp), "v1.24.0")).toEqual([["warning", master, "1.24"]]);
    expect(said(clusterAt("v1.24.0", nodes("node-1")), "v1.25.0")).toEqual([]);
  });

  test("near miss: either label will do", () => {
    const exists = (key: string) => ({ matchExpressions: [{ key, operator: "Exists" }] });
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [exists(master), exists(controlPlane)],
        },
      },
    };
    const cluster = clusterAt("v1.23.0", cp, withSpec({ affinity }));
    expect(said(cluster, "v1.24.0")).toEqual([["warning", master, "1.24"]]);
  });

  test("a selector that no node answers after 1.24", () => {
    const left = nodeAt("cp-1", "v1.25.0", { labels: { [controlPlane]: "" } });
    expect(findingsAt(clusterAt("v1.25.0", left, onLabel), rule)).toMatchObject([
      { severity: "warning", subject: master, data: { workloads: ["shop/Deployment/web"] } },
    ]);
    // Where there is no control-plane node at all, the label is not what is missing.
    expect(said(clusterAt("v1.25.0", nodes("cp-1"), onLabel))).toEqual([]);
  });

  test("nodes that only the old taint keeps free are open once kubeadm 1.25 has taken it away", () => {
    const tainted = (...keys: readonly string[]) =>
      byKubeadm({
        ...nodeAt("cp-1", "v1.24.0", { labels: { [controlPlane]: "" } }),
        spec: { taints: keys.map((key) => ({ key, effect: "NoSchedule" })) },
      });
    const at = (...keys: readonly string[]) => said(clusterAt("v1.24.0", tainted(...keys)), "v1.25.0");
    expect(at(master)).toEqual([["warning", `${master}:NoSchedule`, "1.25"]]);
    expect(at(master, controlPlane)).toEqual([]);
    expect(at(controlPlane)).toEqual([]);
    // From 1.23 on the way leads through 1.24, where kubeadm sets the new taint.
    const before = { ...tainted(master), status: { nodeInfo: { kubeletVersion: "v1.23.0" } } };
    const subjects = said(clusterAt("v1.23.0", before), "v1.25.0").map(([, subject]) => subject);
    expect(subjects).not.toContain(`${master}:NoSchedule`);
  });

  test("pods that tolerate the old taint and not the new one", () => {
    const tainted = { ...cp, spec: { taints: [{ key: master, effect: "NoSchedule" }] } };
    const tolerating = (...keys: readonly string[]) =>
      withSpec({ tolerations: keys.map((key) => ({ key, operator: "Exists", effect: "NoSchedule" })) });
    const at = (...keys: readonly string[]) =>
      said(clusterAt("v1.23.0", tainted, tolerating(...keys)), "v1.24.0");
    expect(at(master)).toEqual([
      ["warning", `${controlPlane}:NoSchedule`, "1.24"],
      ["warning", master, "1.24"],
    ]);
    expect(at(master, controlPlane)).toEqual([["warning", master, "1.24"]]);
  });
});

describe("cgroup v1", () => {
  test("cannot be seen: from 1.35 on it is asked for, with the command that shows it", () => {
    const at = (version: string, info: ApiObject = {}) =>
      clusterAt(version, nodeAt("node-1", version, {}, info));
    expect(said(at("v1.33.0"), "v1.34.0")).toEqual([]);
    expect(said(at("v1.34.0"), "v1.35.0")).toEqual([["warning", "cgroup-v1", "1.35"]]);
    expect(findingsAt(at("v1.34.0", { osImage: "Ubuntu 20.04" }), rule, "v1.35.0")[0]!.details).toEqual([
      "On each node: stat -fc %T /sys/fs/cgroup/ prints cgroup2fs on v2, and tmpfs on v1.",
      "Their systems: Ubuntu 20.04.",
      "failCgroupV1: false in the kubelet's configuration lets it start there for now.",
      "https://kubernetes.io/docs/concepts/architecture/cgroups/",
    ]);
    expect(said(at("v1.35.0"))).toEqual([]);
    expect(said(at("v1.34.0", { operatingSystem: "windows" }), "v1.35.0")).toEqual([]);
  });

  test("is let through by kubelet-config's failCgroupV1: false, which is then information", () => {
    const with_ = (kubelet: string) =>
      clusterAt("v1.34.0", nodeAt("node-1", "v1.34.0"), configMap("kubelet-config", { kubelet }));
    expect(said(with_("failCgroupV1: false"), "v1.35.0")).toEqual([["info", "cgroup-v1", "1.35"]]);
    expect(said(with_("failCgroupV1: true"), "v1.35.0")).toEqual([["warning", "cgroup-v1", "1.35"]]);
  });
});

describe("kube-proxy in IPVS mode", () => {
  test.each([
    ["ipvs", "v1.34.0", "v1.35.0", [["info", "kube-proxy-ipvs", "1.35"]]],
    ["ipvs", "v1.33.0", "v1.34.0", []],
    ["iptables", "v1.34.0", "v1.35.0", []],
    ['""', "v1.34.0", "v1.35.0", []],
  ])("%s from %s to %s", (mode, from, to, expected) => {
    const proxy = configMap("kube-proxy", { "config.conf": `mode: ${mode}` });
    const found = findingsAt(clusterAt(from, nodeAt("node-1", "v1.36.0"), proxy), rule, to);
    expect(found.map(({ severity, subject, data }) => [severity, subject, data["minor"]])).toEqual(expected);
  });
});
