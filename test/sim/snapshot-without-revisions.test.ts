import { expect, test } from "vitest";
import { planOf, rehearse, snapshot } from "../support/rehearse.ts";

const node = `
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { allocatable: { cpu: "4", memory: 8Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
`;

const template =
  "template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: x }] } }";

const owner = (kind: string, label = "") => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: a, namespace: d, uid: a }
spec: { replicas: 1, serviceName: a, selector: { matchLabels: { app: a } }, ${template} }
---
apiVersion: v1
kind: Pod
metadata:
  name: a-0
  namespace: d
  uid: p
  labels: { app: a${label} }
  ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: a, uid: a, controller: true }]
spec: { nodeName: n1, containers: [{ name: main, image: x }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`;

test.each([
  ["StatefulSet", ""],
  ["StatefulSet", ", controller-revision-hash: a-5d4"],
  ["DaemonSet", ""],
  ["DaemonSet", ", controller-revision-hash: 5d4"],
])("a snapshot begins no rollout of itself: %s without revisions in its status%s", (kind, label) => {
  const { trace } = rehearse(snapshot(`${node}---\n${owner(kind, label)}`), planOf([]));
  expect(trace.events.map((event) => event.kind)).toEqual(["run.started", "run.ended"]);
});
