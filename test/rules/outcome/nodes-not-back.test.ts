import { describe, expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { rehearseSpec } from "../../support/plan-text.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
const target = { kind: "names", names: ["node-1"] } as const;
const gate = (workload: string): Step => ({
  kind: "gate",
  name: "settle",
  until: [{ kind: "workloadReady", workload }],
  for: 0,
  timeout: 60_000,
});
const around = (middle: Step): Step[] => [
  { kind: "cordon", name: "close", nodes: target },
  middle,
  { kind: "uncordon", name: "open", nodes: target },
];

test("a plan that stops between cordon and uncordon leaves its node out of service", () => {
  const { verdict } = rehearse(cluster, planOf(around(gate("shop/Deployment/gone"))));
  expect(findingsOf(verdict, "nodes-not-back")).toMatchObject([
    {
      severity: "error",
      subject: "node-1",
      message: "not back in service at the end: cordoned",
      suggestions: [{ commands: ["kubectl uncordon node-1"], edit: { kind: "none" } }],
      data: { isCordoned: true, lacks: ["cordoned"] },
    },
  ]);
});

test("a machine that does not come back from its reboot", () => {
  const reboot: Step = {
    kind: "reboot",
    name: "boot",
    nodes: target,
    duration: { kind: "never" },
    timeout: 600_000,
  };
  const { verdict } = rehearse(cluster, planOf(around(reboot)));
  expect(findingsOf(verdict, "nodes-not-back")[0]).toMatchObject({
    message: "not back in service at the end: its machine is down and cordoned",
    suggestions: [
      { commands: ["kubectl get node node-1 -w"] },
      { commands: ["kubectl delete node node-1"], edit: { kind: "none" } },
    ],
  });
});

describe("a node that joined in the course of the plan", () => {
  const join = "  steps:\n    - joinNode: { fromTemplate: node-1, node: node-9, timeout: 15m }\n";
  const found = (more: string) => findingsOf(rehearseSpec(cluster, join + more).verdict, "nodes-not-back");

  test("and whose machine does not come back", () => {
    expect(found("    - reboot: { nodes: [node-9], duration: never, timeout: 10m }\n")).toMatchObject([
      { subject: "node-9", message: "not back in service at the end: its machine is down" },
    ]);
  });

  test("and that is left cordoned, because its uncordon is not reached", () => {
    const stuck = "    - hook: { command: [check], duration: never, timeout: 1m }\n";
    const close = "    - cordon: { nodes: [node-9] }\n";
    const open = "    - uncordon: { nodes: [node-9] }\n";
    expect(found(close + stuck + open)).toMatchObject([
      { subject: "node-9", message: "not back in service at the end: cordoned" },
    ]);
    expect(found(close + open)).toEqual([]);
    expect(found(close)).toEqual([]);
  });
});

test("a plan that comes to its uncordon, and a drain that is to leave its node cordoned: no finding", () => {
  expect(
    findingsOf(rehearse(cluster, planOf(around(gate("shop/Deployment/web")))).verdict, "nodes-not-back"),
  ).toEqual([]);
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "nodes-not-back")).toEqual([]);
});

test("where the plan asserts other things, it is a warning", () => {
  const plan = planOf(around(gate("shop/Deployment/gone")), {
    assertions: [{ name: "up", kind: "noOutage" }],
  });
  expect(findingsOf(rehearse(cluster, plan).verdict, "nodes-not-back")[0]!.severity).toBe("warning");
});
