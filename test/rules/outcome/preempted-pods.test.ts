import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const priority = (name: string, value: number) =>
  object("scheduling.k8s.io/v1", "PriorityClass", name, { value });
const clusterWith = (cpu: string) =>
  clusterOf(
    nodes("node-1", "node-2"),
    priority("high", 1_000),
    priority("low", 10),
    deployment("pay/ledger", ["node-1"], { cpu: "2", spec: { priorityClassName: "high", priority: 1_000 } }),
    deployment("shop/batch", ["node-2"], { cpu, spec: { priorityClassName: "low", priority: 10 } }),
  );

test("a pod that moves and finds no room pushes a lesser one out: whom, and what became of it", () => {
  const { verdict } = rehearse(clusterWith("3"), drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, "preempted-pods");
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "pay/Deployment/ledger",
    message: "pushes 1 pod of lower priority out (1000 over 10) on node-2: 0 of 1 are Ready again at the end",
    data: { victims: ["shop/batch-0"], pending: 1, nodes: ["node-2"] },
  });
  expect(finding!.details[0]).toMatch(/^shop\/batch-0 \(priority 10\): batch-.* stays Pending, /);
});

test("room beside the lesser pod: no finding", () => {
  const { verdict } = rehearse(clusterWith("1"), drainOf(["node-1"]));
  expect(findingsOf(verdict, "preempted-pods")).toEqual([]);
});
