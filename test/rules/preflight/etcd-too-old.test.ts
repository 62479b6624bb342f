import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/plan/plan.ts";
import { planOf } from "../../support/rehearse.ts";
import { besidePlan } from "../../support/preflight.ts";
import { clusterAt, componentPod, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "etcd-too-old";
const labels = { "node-role.kubernetes.io/control-plane": "" };

function at(version: string, etcd: string) {
  return clusterAt(
    version,
    nodeAt("cp-1", version, { labels }),
    componentPod("kube-apiserver", "cp-1", `registry.k8s.io/kube-apiserver:${version}`),
    componentPod("etcd", "cp-1", `registry.k8s.io/etcd:${etcd}`),
  );
}

const said = (version: string, etcd: string, to?: string) =>
  findingsAt(at(version, etcd), rule, to).map(({ severity, data }) => [severity, data["from"], data["to"]]);

describe("the way to etcd 3.6", () => {
  test.each([
    ["v1.33.13", "3.5.24-0", "v1.34.0", [["warning", "3.5.24", "3.6.4"]]],
    ["v1.33.13", "3.5.25-0", "v1.34.2", [["warning", "3.5.25", "3.6.5"]]],
    ["v1.33.13", "3.5.26-0", "v1.34.2", []],
    ["v1.33.13", "3.5.32-0", "v1.34.2", []],
    ["v1.33.4", "3.5.19-0", "v1.34.2", [["error", "3.5.19", "3.6.5"]]],
    ["v1.33.4", "3.5.20-0", "v1.34.2", [["warning", "3.5.20", "3.6.5"]]],
    ["v1.34.2", "3.6.5-0", "v1.35.0", []],
    ["v1.32.0", "3.5.16-0", "v1.33.4", []],
  ])("%s with etcd %s to %s", (version, etcd, to, expected) => {
    expect(said(version, etcd, to)).toEqual(expected);
  });

  test("goes by what the minors between bring, and says nothing without a target", () => {
    expect(said("v1.31.0", "3.5.15-0", "v1.36.0")).toEqual([["warning", "3.5.24", "3.6.5"]]);
    expect(said("v1.33.13", "3.5.15-0")).toEqual([]);
  });

  test("says how to get there with kubeadm, and that the tag has to go again", () => {
    expect(findingsAt(at("v1.33.13", "3.5.24-0"), rule, "v1.34.2")[0]!.details.slice(1, 4)).toEqual([
      "Before 1.34: on a control-plane node, crictl pull registry.k8s.io/etcd:3.5.26-0 shows whether there is such an image; kubectl -n kube-system edit configmap kubeadm-config, and under etcd.local set imageTag: 3.5.26-0.",
      "Then, at the version that the cluster has, kubeadm upgrade apply VERSION on one control-plane node, and kubeadm upgrade node on the others, one after another.",
      "Take imageTag out again before 1.34: while it is there kubeadm leaves etcd at 3.5.26.",
    ]);
  });

  test("a plan is judged by the versions of its own steps", () => {
    const upgrade = (...versions: readonly string[]): Plan =>
      planOf(
        versions.map((to) => ({
          kind: "upgradeControlPlane",
          name: to,
          nodes: { kind: "names", names: ["cp-1"] },
          to,
        })),
      );
    const found = (plan: Plan) => besidePlan(at("v1.32.0", "3.5.16-0"), plan, rule);
    expect(found(upgrade("v1.33.0"))).toEqual([]);
    expect(found(upgrade("v1.33.0", "v1.34.0")).map(({ message }) => message)).toEqual([
      "1 etcd member is at 3.5.21 when 1.34 brings 3.6.4: etcd asks for 3.5.26 or later before that",
    ]);
  });
});
