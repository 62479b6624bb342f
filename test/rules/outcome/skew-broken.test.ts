import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster, wholeHop } from "../../support/kubeadm-clusters.ts";
import { type ApiObject, pod } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf } from "../../support/rehearse.ts";

const rule = "skew-broken";
const found = (steps: string, members = 1) =>
  besidePlan(kubeadmCluster(members), planOf(hopSteps(steps)), rule);

test("workers before the control plane: newer than the API server until it follows, and which step did it", () => {
  const steps = "- upgradeKubelet: { nodes: [node-1, node-2] }\n- upgradeControlPlane: { nodes: [cp-1] }";
  expect(found(steps)).toMatchObject([
    {
      severity: "error",
      subject: "kubelet-1.34",
      message:
        "kubelet v1.34.11 on node-1 and node-2 is 1 minor newer than kube-apiserver v1.33.4 on cp-1, for 4m30s: none is supported",
      data: {
        rule: "kubelet-apiserver",
        direction: "newer",
        by: 1,
        limit: 0,
        nodes: ["node-1", "node-2"],
        step: "upgrade kubelet to v1.34.11 on node-1 node-2",
      },
    },
  ]);
});

test("kubelets that stay behind for too long: at the fourth minor", () => {
  const hops = ["v1.34.11", "v1.35.8", "v1.36.4"].map(
    (to) => `- upgradeControlPlane: { nodes: [cp-1], to: ${to} }`,
  );
  expect(found(hops.join("\n"))).toEqual([]);
  const more = [...hops, "- upgradeControlPlane: { nodes: [cp-1], to: v1.37.0 }"].join("\n");
  expect(found(more)).toMatchObject([
    {
      subject: "kubelet-1.33",
      message: expect.stringMatching(
        /^kubelet v1\.33\.4 on cp-1, node-1 and node-2 is 4 minors older than kube-apiserver v1\.37\.0 on cp-1, to the end: at most 3 are supported$/,
      ) as string,
    },
  ]);
});

test("API servers two minors apart", () => {
  const steps =
    "- upgradeControlPlane: { nodes: [cp-1] }\n- upgradeControlPlane: { nodes: [cp-1], to: v1.35.8 }\n- upgradeControlPlane: { nodes: [cp-2, cp-3] }";
  const servers = found(steps, 3).filter(({ subject }) => subject.startsWith("kube-apiserver"));
  expect(servers).toMatchObject([{ subject: "kube-apiserver-1.33", data: { by: 2, limit: 1 } }]);
});

test("kube-proxy stays behind its node's API server and kubelet", () => {
  const proxy: ApiObject = pod("kube-system/kube-proxy-x", "node-1", {
    labels: { "k8s-app": "kube-proxy" },
    spec: { containers: [{ name: "kube-proxy", image: "registry.k8s.io/kube-proxy:v1.31.0" }] },
  });
  const steps =
    "- upgradeControlPlane: { nodes: [cp-1] }\n- upgradeControlPlane: { nodes: [cp-1], to: v1.35.8 }";
  const cluster = kubeadmCluster(1, { more: [proxy] });
  expect(besidePlan(cluster, planOf(hopSteps(steps)), rule)).toMatchObject([
    { subject: "kube-proxy-1.31", data: { rule: "kube-proxy-apiserver", by: 4, limit: 3 } },
  ]);
});

test("near misses: a whole hop in order, with one and three control-plane nodes; no change of a version", () => {
  expect(found(wholeHop)).toEqual([]);
  expect(found(wholeHop, 3)).toEqual([]);
  expect(found("- cordon: { nodes: [node-1] }")).toEqual([]);
});
