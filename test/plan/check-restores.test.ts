import { expect, test } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf } from "../support/rehearse.ts";

const problems = (steps: string, cluster = kubeadmCluster(3)) =>
  checkPlan(planOf(hopSteps(steps)), cluster).map(({ message }) => message);

test.each([
  ["- restoreEtcd: {}", ["no backupEtcd comes before it: there is nothing to restore from"]],
  [
    "- restoreEtcd: {}\n- backupEtcd: {}",
    ["no backupEtcd comes before it: there is nothing to restore from"],
  ],
  [
    "- backupEtcd: { name: before }\n- restoreEtcd: { from: befor }",
    ['no backupEtcd before it is called "befor" (did you mean "before"?)'],
  ],
  ["- backupEtcd: { name: before }\n- restoreEtcd: { from: before }", []],
  ["- backupEtcd: {}\n- restoreEtcd: {}", []],
])("%s", (steps, expected) => {
  expect(problems(steps)).toEqual(expected);
});

test("a rollback comes after all steps", () => {
  const plan = planOf(hopSteps("- backupEtcd: { name: before }"), {
    rollback: [{ kind: "restoreEtcd", name: "back", from: "before" }],
  });
  expect(checkPlan(plan, kubeadmCluster(3))).toEqual([]);
});

test("an etcd elsewhere is not restored from here", () => {
  const steps = "- backupEtcd: {}\n- restoreEtcd: {}";
  expect(problems(steps, kubeadmCluster(1, { without: ["etcd"] }))).toEqual([
    "there is no etcd to restore: no member of it is on a control-plane node of the input",
  ]);
});
