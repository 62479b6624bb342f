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

test("near misses: drained before; another patch; a control-plane node with static pods alone", () => {
  const drained =
    "- drain: { nodes: [node-1], ignoreDaemonSets: true }\n- upgradeKubelet: { nodes: [node-1] }";
  expect(found(drained)).toEqual([]);
  expect(found("- upgradeKubelet: { nodes: [node-1], to: v1.33.9 }")).toEqual([]);
  expect(found("- upgradeKubelet: { nodes: [cp-1] }")).toEqual([]);
});
