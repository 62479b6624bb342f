import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf } from "../../support/rehearse.ts";

const rule = "restore-loses-writes";
const found = (steps: string) => besidePlan(kubeadmCluster(1), planOf(hopSteps(steps)), rule);

test("what is lost: from when to when, which nodes and objects", () => {
  const steps = `
- backupEtcd: { name: before }
- cordon: { nodes: [node-1] }
- patch: { object: shop/Deployment/web, set: { paused: true } }
- wait: { duration: 5m }
- restoreEtcd: { from: before }`;
  expect(found(steps)).toMatchObject([
    {
      severity: "warning",
      subject: "before",
      message: "the backup of 0 s is restored: 5m40s of writes are lost",
      data: { podsGone: 0, podsAgain: 0, objects: ["shop/Deployment/web"], nodes: ["node-1"] },
    },
  ]);
});

test("near misses: a backup alone; a restore that is refused", () => {
  expect(found("- backupEtcd: {}\n- cordon: { nodes: [node-1] }")).toEqual([]);
  expect(found("- restoreEtcd: {}")).toEqual([]);
});
