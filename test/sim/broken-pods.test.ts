import { expect, test } from "vitest";
import { drainOf, rehearse, snapshot } from "../support/rehearse.ts";

const node = (name: string) => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { allocatable: { cpu: "4", memory: 8Gi, pods: "110" }, conditions: [{ type: Ready, status: "True" }] }
`;

const template =
  "template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: x }] } }";

const workload = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: a, namespace: d, uid: a }
spec: { replicas: 2, selector: { matchLabels: { app: a } }, ${template} }
`;

const pod = (name: string, nodeName: string, state: string, more = "") => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: d
  uid: ${name}
  labels: { app: a }
  ${more}
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true }]
spec: { nodeName: ${nodeName}, containers: [{ name: main, image: x }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "${state === "running: {}" ? "True" : "False"}" }]
  containerStatuses: [{ name: main, restartCount: 57, state: { ${state} } }]
`;

const crashing = "waiting: { reason: CrashLoopBackOff }";
const healthy = "running: {}";

function readyAfter(...pods: readonly string[]): number {
  const cluster = snapshot([node("n1"), node("n2"), workload, ...pods].join("---\n"));
  const { sim } = rehearse(cluster, drainOf(["n1"]));
  const isReady = (conditions: readonly { readonly type: string; readonly status: string }[]) =>
    conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return [...sim.state.pods()].filter(({ status }) => isReady(status.conditions)).length;
}

test("a pod that crashes is not cured by another node, and a healthy one that moves is Ready again", () => {
  expect(readyAfter(pod("p0", "n1", crashing), pod("p1", "n2", healthy))).toBe(1);
  expect(readyAfter(pod("p0", "n1", healthy), pod("p1", "n2", crashing))).toBe(1);
  expect(readyAfter(pod("p0", "n1", healthy), pod("p1", "n2", healthy))).toBe(2);
});

const running = (name: string, startedAt: string, restarts = 0) => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: d
  uid: ${name}
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: { app: a }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true }]
spec: { nodeName: n2, containers: [{ name: main, image: x }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" }]
  containerStatuses: [{ name: main, restartCount: ${restarts}, state: { running: { startedAt: "${startedAt}" } } }]
`;

test("a pod whose first start is under way turns Ready; one that has had its time or was restarted does not", () => {
  // The snapshot's moment is its newest timestamp.
  const now = "2026-01-01T01:00:00Z";
  const youngest = pod("p0", "n1", healthy, `creationTimestamp: "${now}"`);
  expect(readyAfter(youngest, running("p1", "2026-01-01T00:59:58Z"))).toBe(2);
  expect(readyAfter(youngest, running("p1", "2026-01-01T00:59:58Z", 1))).toBe(1);
  expect(readyAfter(youngest, running("p1", "2026-01-01T00:01:00Z"))).toBe(1);
});

test("a pod that should have been gone long ago does not go because somebody waits for it", () => {
  const deletion = (at: string) => `deletionTimestamp: "${at}"\n  deletionGracePeriodSeconds: 30`;
  const hanging = (at: string) => {
    const objects = [
      node("n1"),
      node("n2"),
      workload,
      pod("p0", "n1", healthy, deletion(at)),
      pod("p1", "n2", healthy),
    ];
    const cluster = snapshot(objects.join("---\n"), { asOf: Date.UTC(2026, 10, 21, 12) });
    return rehearse(cluster, drainOf(["n1"])).verdict.word;
  };
  expect(hanging("2026-11-21T11:00:00Z")).toBe("HANGS");
  expect(hanging("2026-11-21T12:00:20Z")).toBe("FINISHES");
});

test("a pod that runs has an address, also where the snapshot lost it", () => {
  const service = `
apiVersion: v1
kind: Service
metadata: { name: a, namespace: d }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
`;
  const cluster = snapshot([node("n1"), workload, pod("p0", "n1", healthy), service].join("---\n"));
  const { trace } = rehearse(cluster, drainOf([]));
  expect(trace.header.initial.services).toEqual({ "d/a": { ready: 1, serving: 1 } });
});
