import { expect, test } from "vitest";
import { drainOf, rehearse, snapshot } from "../../support/rehearse.ts";

/** A cluster that was read before the node controller had answered. Source: doNoScheduleTaintingPass, node_lifecycle_controller.go. */

interface Read {
  readonly taint: string;
  readonly effect?: string;
  readonly spec?: string;
  readonly conditions?: string;
}

/** Whether the pods of n1 find a place on n2, which was read like this. */
function takesPods({ taint, effect = "NoSchedule", spec = "", conditions = "" }: Read): boolean {
  const node = (name: string, more: string, spec: string) => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
spec: { ${spec} }
status: { allocatable: { cpu: "4", memory: 8Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }${more}] }
`;
  const workload = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: a, namespace: d, uid: a }
spec: { replicas: 1, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: x }] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: d, uid: p, labels: { app: a }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true }] }
spec: { nodeName: n1, containers: [{ name: main, image: x }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`;
  const second = node("n2", conditions, `${spec} taints: [{ key: ${taint}, effect: ${effect} }]`);
  const { sim } = rehearse(snapshot([node("n1", "", ""), second, workload].join("---\n")), drainOf(["n1"]));
  return [...sim.state.pods()].some(({ nodeName }) => nodeName === "n2");
}

const key = (name: string) => `node.kubernetes.io/${name}`;

test("right after an uncordon the taint is there still, and goes", () => {
  expect(takesPods({ taint: key("unschedulable") })).toBe(true);
  expect(takesPods({ taint: key("unschedulable"), spec: "unschedulable: true," })).toBe(false);
});

test("right after a node became Ready its taints are there still, and go", () => {
  expect(takesPods({ taint: key("not-ready") })).toBe(true);
  expect(takesPods({ taint: key("not-ready"), effect: "NoExecute" })).toBe(true);
  expect(takesPods({ taint: key("unreachable") })).toBe(true);
});

test("a taint that its condition calls for stays, and so does one whose condition nobody reports", () => {
  const pressure = (status: string) => `, { type: MemoryPressure, status: "${status}" }`;
  expect(takesPods({ taint: key("memory-pressure"), conditions: pressure("False") })).toBe(true);
  expect(takesPods({ taint: key("memory-pressure"), conditions: pressure("True") })).toBe(false);
  expect(takesPods({ taint: key("memory-pressure") })).toBe(false);
});

test("nobody else's taint goes", () => {
  expect(takesPods({ taint: "example.com/reserved" })).toBe(false);
  expect(takesPods({ taint: key("out-of-service") })).toBe(false);
});
