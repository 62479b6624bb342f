import { describe, expect, test } from "vitest";
import { configMap, node, pod } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";
import { clusterAt } from "../../support/versions.ts";

const rule = "kubelet-not-rotating";

const subjects = (...objects: Parameters<typeof clusterAt>[1][]) =>
  ofCluster(clusterAt("v1.33.4", node("node-1"), ...objects), rule).map(({ subject }) => subject);

describe("kubelet-config", () => {
  test.each([
    ["rotateCertificates: true", []],
    ["rotateCertificates: false", ["kubelet-config"]],
    ["cgroupDriver: systemd", ["kubelet-config"]],
  ])("%s", (kubelet, expected) => {
    expect(subjects(configMap("kubelet-config", { kubelet }))).toEqual(expected);
  });

  test("without it nothing is known", () => {
    expect(subjects()).toEqual([]);
  });

  test("says when the oldest node's ends, a year after it joined", () => {
    const cluster = clusterAt(
      "v1.33.4",
      node("node-1"),
      configMap("kubelet-config", { kubelet: "rotateCertificates: false" }),
    );
    expect(ofCluster(cluster, rule)[0]!.message).toContain("that of node-1 on 2027-11-20, in 365 days");
  });
});

describe("who signs", () => {
  const manager = (...flags: readonly string[]) =>
    pod("kube-system/kcm-cp-1", "node-1", {
      spec: { containers: [{ name: "m", image: "m:1", command: ["kube-controller-manager", ...flags] }] },
    });
  test.each([
    [["--cluster-signing-key-file=/etc/kubernetes/pki/ca.key"], []],
    [[], ["kube-controller-manager"]],
    [["--cluster-signing-key-file=/k", "--controllers=*,-csrsigning"], ["kube-controller-manager"]],
  ])("%j", (flags, expected) => {
    expect(subjects(manager(...flags))).toEqual(expected);
  });
});
