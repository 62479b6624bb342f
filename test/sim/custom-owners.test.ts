import { expect, test } from "vitest";
import { noAssumptions } from "../../src/plan/assumptions.ts";
import { drainOf, rehearse, snapshot } from "../support/rehearse.ts";

const cluster = snapshot(`
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { allocatable: { cpu: "4", memory: 8Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: v1
kind: Node
metadata: { name: n2 }
status: { allocatable: { cpu: "4", memory: 8Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: kafka-0
  namespace: data
  uid: p
  labels: { app: kafka }
  ownerReferences: [{ apiVersion: kafka.strimzi.io/v1, kind: StrimziPodSet, name: kafka, uid: s, controller: true }]
spec: { nodeName: n1, containers: [{ name: main, image: x }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`);

function podsAfter(replacedOwners: readonly string[]): readonly string[] {
  const plan = { ...drainOf(["n1"]), assumptions: { ...noAssumptions, replacedOwners } };
  const { sim } = rehearse(cluster, plan);
  return [...sim.state.pods()].map(({ name, nodeName }) => `${name} on ${nodeName}`);
}

test("an operator of which the plan says so makes a new pod for one that leaves", () => {
  expect(podsAfter(["kafka.strimzi.io/StrimziPodSet"])).toEqual(["kafka-0 on n2"]);
});

test("any other makes none", () => {
  expect(podsAfter([])).toEqual([]);
  expect(podsAfter(["example.com/StrimziPodSet"])).toEqual([]);
});
