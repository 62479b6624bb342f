import { expect, test } from "vitest";
import { wayBack } from "../../src/report/way-back.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

const of = (steps: string) => wayBack(rehearse(kubeadmCluster(3), planOf(hopSteps(steps))).trace);

test("the first API server of the new version ends it, and the last backup before that is what is left", () => {
  const steps = `
- backupEtcd: { name: first }
- wait: { duration: 2m }
- backupEtcd: { name: second }
- upgradeControlPlane: { nodes: [cp-2, cp-1] }
- backupEtcd: { name: third }`;
  // 40 s + 2m + 40 s, then a quarter of 4m, and 45 s each for etcd and the API server.
  expect(of(steps)).toBe(
    "Way back: until 5m50s, when kube-apiserver on cp-2 is v1.34.11; kubeadm takes no older one. Then only second: what was written after 2m40s is lost.",
  );
});

test("without a backup there is none", () => {
  expect(of("- upgradeControlPlane: { nodes: [cp-1] }")).toMatch(/Then none: etcd was not backed up\.$/);
});

test("kubelets alone leave it open", () => {
  expect(of("- upgradeKubelet: { nodes: [node-1] }")).toBeUndefined();
});
