import { expect, test } from "vitest";
import { clusterOf, deployment, node, nodes, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, removalOf } from "../../support/rehearse.ts";

const rule = "antiaffinity-as-many-as-nodes";
const three = ["node-1", "node-2", "node-3"];

function apart(app: string, topologyKey = "kubernetes.io/hostname") {
  const term = { topologyKey, labelSelector: { matchLabels: { app } } };
  return {
    spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
  };
}

test("three replicas on three nodes: one is Pending while one node is drained, with the arithmetic", () => {
  const cluster = clusterOf(nodes(...three), statefulSet("data/redis", three, apart("redis")));
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/StatefulSet/redis",
    message:
      "3 replicas, one a node, and 3 nodes can take them: 3 - 1 drained = 2, so 1 pod is Pending until the uncordon",
    data: { before: 3, left: 2, pending: 1 },
  });
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("a node that is cordoned before it is drained still counts as the place that is lost", () => {
  const cordoned = { ...node("node-1"), spec: { unschedulable: true } };
  const cluster = clusterOf(
    cordoned,
    nodes("node-2", "node-3"),
    statefulSet("data/redis", three, apart("redis")),
  );
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toHaveLength(1);
});

test("a rolling update that may only add a pod stalls as well", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-2"], {
      ...apart("web"),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    }),
  );
  expect(ofCluster(cluster, rule)[0]!.details[1]).toBe(
    "A rolling update stalls too: maxSurge 25% of 2 = 1 more, maxUnavailable 25% = 0 fewer; it fails after 10m00s.",
  );
});

test("zones count by their last open node", () => {
  const cluster = clusterOf(
    [node("node-1"), node("node-2", { zone: "b" }), node("node-3", { zone: "b" })],
    statefulSet("data/redis", ["node-1", "node-2"], apart("redis", "topology.kubernetes.io/zone")),
  );
  expect(ofCluster(cluster, rule)[0]!.message).toBe(
    "2 replicas, one a zone, and 2 zones can take them: 2 - 1 drained = 1, so 1 pod is Pending until the uncordon",
  );
});

test("many such workloads are one finding", () => {
  const apps = ["a", "b", "c"];
  const cluster = clusterOf(
    nodes(...three),
    apps.flatMap((app) => statefulSet(`data/${app}`, three, apart(app))),
  );
  const findings = ofCluster(cluster, rule);
  expect(findings.map(({ subject }) => subject)).toEqual(["3 workloads"]);
  expect(findings[0]!.details[0]).toBe("data/StatefulSet/a: 3 replicas, 3 - 1 = 2 nodes.");
});

test("near misses: a node to spare, a preference only, a term about another workload", () => {
  const four = [...three, "node-4"];
  expect(
    ofCluster(clusterOf(nodes(...four), statefulSet("data/redis", three, apart("redis"))), rule),
  ).toEqual([]);
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "redis" } } };
  const preferred = [{ weight: 100, podAffinityTerm: term }];
  const soft = {
    spec: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } },
  };
  expect(ofCluster(clusterOf(nodes(...three), statefulSet("data/redis", three, soft)), rule)).toEqual([]);
  expect(
    ofCluster(clusterOf(nodes(...three), statefulSet("data/redis", three, apart("kafka"))), rule),
  ).toEqual([]);
});

test("a node that the plan deletes is never uncordoned", () => {
  const cluster = clusterOf(nodes(...three), statefulSet("data/redis", three, apart("redis")));
  expect(besidePlan(cluster, removalOf(["node-1"]), rule)[0]!.message).toMatch(
    /so 1 pod is Pending until a suitable node joins$/,
  );
});
