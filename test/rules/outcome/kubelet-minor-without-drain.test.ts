import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf } from "../../support/rehearse.ts";

const rule = "kubelet-minor-without-drain";
const found = (steps: string) => besidePlan(kubeadmCluster(1), planOf(hopSteps(steps)), rule);

test("another minor with a pod on the node", () => {
  expect(found("- upgradeKubelet: { nodes: [node-1] }")).toMatchObject([
    {
      severity: "warning",
      subject: "node-1",
      message:
        "kubelet goes from v1.33.4 to v1.34.11 with 1 pod on node-1: in-place minor upgrades are not supported",
      data: { nodes: ["node-1"], pods: 1 },
    },
  ]);
});

test("several nodes are one finding; a cordon alone does not help", () => {
  const steps = "- cordon: { nodes: [node-1, node-2] }\n- upgradeKubelet: { nodes: [node-1, node-2] }";
  expect(found(steps)).toMatchObject([
    { subject: "2 nodes", data: { nodes: ["node-1", "node-2"], pods: 2 } },
  ]);
});

test("a control-plane node that is open for pods, though only static pods are there", () => {
  expect(found("- upgradeKubelet: { nodes: [cp-1] }")).toMatchObject([
    {
      subject: "cp-1",
      message:
        "kubelet goes from v1.33.4 to v1.34.11 on cp-1, which is not drained: in-place minor upgrades are not supported",
      data: { nodes: ["cp-1"], pods: 0 },
    },
  ]);
});

test("near misses: drained before; another patch; a control-plane node that is drained", () => {
  const drained =
    "- drain: { nodes: [node-1], ignoreDaemonSets: true }\n- upgradeKubelet: { nodes: [node-1] }";
  expect(found(drained)).toEqual([]);
  expect(found("- upgradeKubelet: { nodes: [node-1], to: v1.33.9 }")).toEqual([]);
  const drainedToo =
    "- drain: { nodes: [cp-1], ignoreDaemonSets: true }\n- upgradeKubelet: { nodes: [cp-1] }";
  expect(found(drainedToo)).toEqual([]);
});
