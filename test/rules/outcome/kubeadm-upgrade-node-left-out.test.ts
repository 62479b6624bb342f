import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { clusterOf, node } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf } from "../../support/rehearse.ts";

const rule = "kubeadm-upgrade-node-left-out";
const found = (steps: string) => besidePlan(kubeadmCluster(1), planOf(hopSteps(steps)), rule);

test("a worker pass without it: which nodes keep their configuration", () => {
  const steps =
    "- upgradeControlPlane: { nodes: [cp-1] }\n- rollout: { nodes: [node-1, node-2], perNode: [upgradeKubelet: { kubeadmUpgradeNode: false }] }";
  expect(found(steps)).toMatchObject([
    {
      severity: "warning",
      subject: "2 nodes",
      message:
        "node-1 and node-2 get kubelet v1.34.11 without kubeadm upgrade node, and keep their old configuration",
      data: { nodes: ["node-1", "node-2"] },
    },
  ]);
});

test("near misses: with it; on a control-plane node; a cluster that kubeadm has not made", () => {
  expect(found("- upgradeKubelet: { nodes: [node-1], to: v1.33.9 }")).toEqual([]);
  expect(found("- upgradeKubelet: { nodes: [node-1], to: v1.33.9, kubeadmUpgradeNode: true }")).toEqual([]);
  expect(found("- upgradeKubelet: { nodes: [cp-1], to: v1.33.9, kubeadmUpgradeNode: false }")).toEqual([]);
  const plan = planOf(hopSteps("- upgradeKubelet: { nodes: [bare], kubeadmUpgradeNode: false }"));
  expect(besidePlan(clusterOf([node("bare")]), plan, rule)).toEqual([]);
});

test("it is told for the step that leaves it out, and for no other", () => {
  const steps =
    "- upgradeKubelet: { nodes: [node-1], to: v1.33.9, kubeadmUpgradeNode: false }\n- upgradeKubelet: { nodes: [node-2], to: v1.33.9 }";
  expect(found(steps)).toMatchObject([{ subject: "node-1", data: { nodes: ["node-1"] } }]);
});
