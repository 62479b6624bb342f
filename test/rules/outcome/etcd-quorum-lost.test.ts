import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf, rehearse } from "../../support/rehearse.ts";

const rule = "etcd-quorum-lost";
const quorum = { assertions: [{ name: "quorum", kind: "etcdQuorum" as const }] };
const two = hopSteps(
  "- parallel:\n    steps:\n      - upgradeControlPlane: { nodes: [cp-1] }\n      - upgradeControlPlane: { nodes: [cp-2] }",
);

test("two control-plane nodes at once: 1 of 3 is left, and the API is away", () => {
  const found = besidePlan(kubeadmCluster(3), planOf(two), rule);
  expect(found).toMatchObject([
    {
      severity: "error",
      subject: "etcd",
      message: "1 of 3 members healthy, 2 needed, for 45 s: nothing is written and no API server answers",
      data: { members: 3, healthy: 1, needed: 2, seconds: 45 },
    },
  ]);
  expect(found[0]!.details.at(-1)).toBe("Because of: upgrade control plane to v1.34.11 on cp-2.");
  const { verdict } = rehearse(kubeadmCluster(3), planOf(two));
  expect(verdict.findings.map((finding) => finding.rule)).not.toContain("control-plane-away");
});

test("a member that is away already counts: the next one that restarts loses the majority", () => {
  const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
  const found = besidePlan(kubeadmCluster(3, { sick: ["cp-3"] }), planOf(steps), rule);
  expect(found).toMatchObject([{ data: { members: 3, healthy: 1, needed: 2 } }]);
});

test("two machines down at once", () => {
  const steps = hopSteps(
    "- parallel:\n    steps:\n      - reboot: { nodes: [cp-1], duration: 3m }\n      - reboot: { nodes: [cp-2], duration: 2m }",
  );
  const found = besidePlan(kubeadmCluster(3), planOf(steps), rule);
  expect(found).toMatchObject([{ message: expect.stringContaining("for 2m00s") as string }]);
});

test("a single member restarts: only where the plan asserts a majority at every moment", () => {
  const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
  expect(besidePlan(kubeadmCluster(1), planOf(steps), rule)).toEqual([]);
  expect(besidePlan(kubeadmCluster(1), planOf(steps, quorum), rule)).toMatchObject([
    { data: { members: 1, healthy: 0, needed: 1 } },
  ]);
});

test("near misses: one after another; two of five at once", () => {
  const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1, cp-2, cp-3] }");
  expect(besidePlan(kubeadmCluster(3), planOf(steps, quorum), rule)).toEqual([]);
  expect(besidePlan(kubeadmCluster(5), planOf(two, quorum), rule)).toEqual([]);
});

test("an assertion about an etcd that is elsewhere could not be judged, and says so", () => {
  const cluster = kubeadmCluster(1, { without: ["etcd"] });
  const steps = hopSteps("- upgradeControlPlane: { nodes: [cp-1] }");
  expect(besidePlan(cluster, planOf(steps), rule)).toEqual([]);
  expect(besidePlan(cluster, planOf(steps, quorum), rule)).toMatchObject([
    {
      severity: "error",
      message: "quorum could not be judged: no member of etcd is on this cluster's control-plane nodes",
    },
  ]);
});
