import { expect, test } from "vitest";
import { hopSteps, kubeadmCluster } from "../../support/kubeadm-clusters.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const found = (steps: string, members = 3) =>
  findingsOf(rehearse(kubeadmCluster(members), planOf(hopSteps(steps))).verdict, "etcd-member-stranded");

test("a deleted control-plane node counts in etcd's majority for ever", () => {
  expect(found("- deleteNode: { nodes: [cp-3] }")).toMatchObject([
    {
      severity: "warning",
      subject: "cp-3",
      message: "deleted, and still a member of etcd: 2 of 3 are left, and 2 are needed",
      details: [
        "No other member may be away from now on.",
        expect.stringContaining("a step removeEtcdMember before deleteNode"),
      ],
      data: { node: "cp-3", members: 3, left: 2, needed: 2 },
    },
  ]);
});

test("of five members one more may still go", () => {
  expect(found("- deleteNode: { nodes: [cp-3] }", 5)).toMatchObject([
    { details: ["1 more member at the most may be away from now on.", expect.anything()] },
  ]);
});

test("near miss: its member was taken out before", () => {
  expect(found("- removeEtcdMember: { nodes: [cp-3] }\n- deleteNode: { nodes: [cp-3] }")).toEqual([]);
});

test("near miss: a worker, and a machine that stays", () => {
  expect(found("- deleteNode: { nodes: [node-1] }\n- deleteNode: { nodes: [cp-2], machine: stays }")).toEqual(
    [],
  );
});
