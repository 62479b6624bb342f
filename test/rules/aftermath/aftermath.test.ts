import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/model/cluster.ts";
import { judgeAftermath, oneSided } from "../../../src/rules/judge-aftermath.ts";
import { snapshot } from "../../support/rehearse.ts";

const node = (name: string, more = "") => `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { zone: a, kubernetes.io/os: linux } }
spec: { ${more} }
status:
  allocatable: { cpu: "4", memory: 16Gi, pods: "110" }
  conditions: [{ type: Ready, status: "True" }]
`;

const deployment = (replicas = 2) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: web }] } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  namespace: shop
  uid: web-1
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true }]
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: web }] } }
`;

interface PodShape {
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly isBare?: boolean;
  readonly nodeName?: string;
}

function pod(name: string, { ready = true, restarts = 0, isBare = false, nodeName = "n1" }: PodShape = {}) {
  const owner = isBare
    ? ""
    : "ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: web-1, controller: true }]";
  return `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  uid: ${name}
  labels: { app: web }
  ${owner}
spec: { nodeName: "${nodeName}", containers: [{ name: main, image: web }] }
status:
  phase: ${nodeName === "" ? "Pending" : "Running"}
  conditions: [{ type: Ready, status: "${ready ? "True" : "False"}" }]
  containerStatuses: [{ name: main, restartCount: ${restarts}, ready: ${ready}, state: { running: {} } }]
`;
}

const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

const budget = (min: number) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: ${min}, selector: { matchLabels: { app: web } } }
`;

const clusterOf = (...objects: readonly string[]): Cluster => snapshot(objects.join("---\n"));

const calm = [
  node("n1"),
  node("n2"),
  deployment(),
  pod("a"),
  pod("b", { nodeName: "n2" }),
  service,
  budget(1),
];

function compare(...after: readonly string[]): readonly string[] {
  return judgeAftermath(clusterOf(...calm), clusterOf(...after)).map(
    ({ severity, rule, subject, message }) => `${severity} ${rule} ${subject}: ${message}`,
  );
}

const withoutFirstNode = calm.slice(1);

describe("a cluster beside what it was", () => {
  test("the same cluster with other pods of the same number has no finding", () => {
    expect(compare(...calm)).toEqual([]);
    const moved = [node("n1"), node("n2"), deployment(), pod("c"), pod("d"), service, budget(1)];
    expect(compare(...moved)).toEqual([]);
  });

  test("node-not-restored: a node that is gone, cordoned, NotReady, relabelled or tainted", () => {
    expect(compare(...withoutFirstNode)).toEqual([
      "error node-not-restored n1: is gone: the cluster had it before, and has it no more",
    ]);
    expect(compare(node("n1", "unschedulable: true"), ...withoutFirstNode)).toEqual([
      "error node-not-restored n1: is still cordoned: nothing new is scheduled there",
    ]);
    const notReady = node("n1").replace('status: "True"', 'status: "False"');
    expect(compare(notReady, ...withoutFirstNode)).toEqual([
      "error node-not-restored n1: is NotReady; it was Ready before",
    ]);
    const relabelled = node("n1").replace("zone: a, kubernetes.io/os: linux", "zone: b, extra: x");
    expect(compare(relabelled, ...withoutFirstNode)).toEqual([
      "warning node-not-restored n1: has other labels than before: extra=x is new and zone=b was a",
    ]);
    const tainted = node("n1", "taints: [{ key: maintenance, effect: NoSchedule }]");
    expect(compare(tainted, ...withoutFirstNode)).toEqual([
      "warning node-not-restored n1: has other taints than before: maintenance:NoSchedule is new",
    ]);
  });

  test("a node that was cordoned before may be so afterwards", () => {
    const cordoned = clusterOf(node("n1", "unschedulable: true"), ...withoutFirstNode);
    expect(judgeAftermath(cordoned, cordoned)).toEqual([]);
  });

  test("workload-worse and pods-worse: a replacement that found no node", () => {
    const pending = pod("b", { nodeName: "", ready: false });
    expect(compare(node("n1"), node("n2"), deployment(), pod("a"), pending, service, budget(1))).toEqual([
      "error pods-worse shop/Deployment/web: 1 pod Pending without a node; none was before",
      "warning workload-worse shop/web: Service has 1 Ready pod; it had 2 before",
      "warning workload-worse shop/Deployment/web: has 1 Ready pod; it had 2 before",
    ]);
  });

  test("pods-worse: a pod that restarted since, Ready or not; one that had restarted before is let be", () => {
    const rest = [node("n1"), node("n2"), deployment(), service, budget(1)];
    expect(compare(...rest, pod("a", { restarts: 2 }), pod("b"))).toEqual([
      "warning pods-worse shop/Deployment/web: 1 pod restarted 2 times since",
    ]);
    expect(compare(...rest, pod("a", { restarts: 1, ready: false }), pod("b"))).toContain(
      "error pods-worse shop/Deployment/web: 1 pod restarted 1 time since, 1 not Ready now",
    );
    const restarted = clusterOf(...rest, pod("a", { restarts: 3 }), pod("b"));
    expect(judgeAftermath(restarted, restarted)).toEqual([]);
  });

  test("pods-worse: a bare pod that is gone", () => {
    const before = clusterOf(...calm, pod("lone", { isBare: true }));
    const found = judgeAftermath(before, clusterOf(...calm)).map(({ subject, message }) => [
      subject,
      message,
    ]);
    expect(found).toContainEqual(["shop/lone", "is gone, and no controller makes it again"]);
  });

  test("left-changed: sizes and budgets that were not set back", () => {
    const scaled = [node("n1"), node("n2"), deployment(3), pod("a"), pod("b"), service];
    expect(compare(...scaled, budget(0))).toEqual([
      "warning left-changed shop/web: the budget has minAvailable 0, IfHealthyBudget; it had minAvailable 1, IfHealthyBudget before",
      "warning left-changed shop/Deployment/web: has 3 replicas; it had 2 before",
    ]);
    // A kind that the later input lacks altogether was not asked for: nothing is said of it.
    const without = clusterOf(...scaled.slice(0, 2), deployment(), pod("a"), pod("b"), service);
    expect(judgeAftermath(clusterOf(...calm), without)).toEqual([]);
    expect(oneSided(clusterOf(...calm), without)).toEqual(["PodDisruptionBudget"]);
  });
});
