import { expect, test } from "vitest";
import { pointsOfNoReturn, wayBack } from "../../src/report/way-back.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

const traceOf = (steps: string) => rehearse(kubeadmCluster(3), planOf(hopSteps(steps))).trace;
const of = (steps: string) => wayBack(traceOf(steps));

test("the first API server of the new version ends it, and the last backup before that is what is left", () => {
  const steps = `
- backupEtcd: { name: first }
- wait: { duration: 2m }
- backupEtcd: { name: second }
- upgradeControlPlane: { nodes: [cp-2, cp-1] }
- backupEtcd: { name: third }`;
  // 40 s + 2m + 40 s, then a quarter of 4m, and 45 s each for etcd and the API server.
  expect(of(steps)).toEqual([
    "Way back: until 5m50s, when kube-apiserver on cp-2 is v1.34.11; kubeadm takes no older one. Then only second: what was written after 2m40s is lost.",
  ]);
});

test("each minor has its own, and a restore leads back to before it", () => {
  const steps = `
- backupEtcd: { name: before-1.34 }
- upgradeControlPlane: { nodes: [cp-1, cp-2, cp-3], to: v1.34.11 }
- backupEtcd: { name: before-1.35 }
- upgradeControlPlane: { nodes: [cp-1], to: v1.35.8 }
- restoreEtcd: {}
- upgradeControlPlane: { nodes: [cp-2], to: v1.35.8 }`;
  const points = pointsOfNoReturn(traceOf(steps)).map(({ event, backup }) => [
    event.node,
    event.to,
    backup?.backup,
  ]);
  expect(points).toEqual([
    ["cp-1", "v1.34.11", "before-1.34"],
    ["cp-1", "v1.35.8", "before-1.35"],
    ["cp-2", "v1.35.8", "before-1.35"],
  ]);
  const [, second] = of(steps);
  // 40 s and three times 4m, and the second backup began; its 40 s, a quarter of 4m, and 45 s each for etcd and the API server.
  expect(second).toBe("From 15m50s (cp-1 is 1.35) only before-1.35, of 12m40s.");
});

test("without a backup there is none", () => {
  expect(of("- upgradeControlPlane: { nodes: [cp-1] }")).toEqual([
    expect.stringMatching(/Then none: etcd was not backed up\.$/),
  ]);
});

test("kubelets alone leave it open", () => {
  expect(of("- upgradeKubelet: { nodes: [node-1] }")).toEqual([]);
});
