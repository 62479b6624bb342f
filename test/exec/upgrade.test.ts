import { expect, test } from "vitest";
import { decide, outcomeOf, startExecution } from "../../src/exec/executor.ts";
import type { Action, Fact, Output } from "../../src/exec/protocol.ts";
import { hopSteps } from "../support/kubeadm-clusters.ts";
import { planOf } from "../support/rehearse.ts";

/** What the executor asks for in the steps of an upgrade, whoever carries it out. */

/** Runs the steps against a world that answers each command by `answer`, and returns what was asked. */
function asked(steps: string, answer: (action: Action) => Fact = () => ({ kind: "done", changed: true })) {
  let { execution, outputs } = startExecution(planOf(hopSteps(steps)), 0);
  const commands: Action[] = [];
  const queue: Output[] = [...outputs];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.kind !== "command" || next.command.action.kind === "wakeAt") continue;
    commands.push(next.command.action);
    const fact = answer(next.command.action);
    ({ execution, outputs } = decide(execution, { now: 0, command: next.command.id, fact }));
    queue.push(...outputs);
  }
  return { commands, end: outcomeOf(execution) };
}

test("each node in its order, one request after the other, with the version of the plan's target", () => {
  const listed = (action: Action): Fact => {
    if (action.kind !== "listNodes") return { kind: "done", changed: true };
    const nodes = ["cp-1", "cp-2"].map((name) => ({
      name,
      zone: "",
      unschedulable: false,
      pods: 0,
      constrainedPods: 0,
    }));
    return { kind: "nodes", nodes, missing: [] };
  };
  const { commands, end } = asked(
    "- upgradeControlPlane: { nodes: [cp-1, cp-2] }\n- rollout: { nodes: [cp-1, cp-2], perNode: [upgradeKubelet: { duration: 90s }] }\n- backupEtcd: {}",
    listed,
  );
  expect(commands.filter(({ kind }) => kind !== "listNodes")).toEqual([
    { kind: "upgradeControlPlane", node: "cp-1", to: "v1.34.11" },
    { kind: "upgradeControlPlane", node: "cp-2", to: "v1.34.11" },
    { kind: "upgradeKubelet", node: "cp-1", to: "v1.34.11", duration: { kind: "fixed", millis: 90_000 } },
    { kind: "upgradeKubelet", node: "cp-2", to: "v1.34.11", duration: { kind: "fixed", millis: 90_000 } },
    { kind: "backupEtcd", name: "backupEtcd" },
  ]);
  expect(end?.outcome).toBe("done");
});

test("an add-on's rollout is watched where its image changed, and only there", () => {
  const steps = "- upgradeAddon: { addon: coredns }";
  const rolled: Fact = {
    kind: "rollout",
    state: {
      kind: "Deployment",
      name: "coredns",
      isObserved: true,
      isRolling: true,
      isStuck: false,
      replicas: 2,
      total: 2,
      updated: 2,
      ready: 2,
      available: 2,
      partition: 0,
    },
  };
  const answer = (changed: boolean) => (action: Action) =>
    action.kind === "watchRollout" ? rolled : ({ kind: "done", changed } as const);
  expect(asked(steps, answer(true)).commands).toEqual([
    { kind: "upgradeAddon", addon: "coredns", to: "v1.12.1" },
    { kind: "watchRollout", workload: "kube-system/Deployment/coredns" },
  ]);
  expect(asked(steps, answer(false)).commands).toHaveLength(1);
});

test("a refusal is the step's reason, and ends the plan", () => {
  const error = { code: 400, reason: "", message: "kubeadm refuses it", causes: [] };
  const { commands, end } = asked("- backupEtcd: {}\n- upgradeAddon: { addon: kube-proxy }", () => ({
    kind: "error",
    error,
  }));
  expect(commands).toEqual([{ kind: "backupEtcd", name: "backupEtcd" }]);
  expect(end).toMatchObject({ outcome: "failed", reason: "kubeadm refuses it" });
});
