import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "budget-selects-nothing";

test("a selector without a pod, and how the workload of its name labels its pods", () => {
  const cluster = clusterOf(
    nodes("node-1"),
    deployment("shop/web", ["node-1"]),
    budget("shop/web", { minAvailable: 1 }, "webshop"),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "info",
      subject: "shop/web",
      message: "selector app=webshop matches no pod of namespace shop: it protects nothing now",
      details: ["Deployment shop/web labels its pods app=web."],
    },
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toHaveLength(1);
});

test("an empty selector selects nothing in policy/v1beta1 and everything in policy/v1", () => {
  const empty = (apiVersion: string) =>
    clusterOf(
      nodes("node-1"),
      deployment("shop/web", ["node-1"]),
      object(apiVersion, "PodDisruptionBudget", "shop/all", { spec: { minAvailable: 1, selector: {} } }),
    );
  expect(ofCluster(empty("policy/v1beta1"), rule)[0]!.message).toBe(
    "an empty selector (of policy/v1beta1) matches no pod of namespace shop: it protects nothing now",
  );
  expect(ofCluster(empty("policy/v1"), rule)).toEqual([]);
});

test("near misses: scaled to zero, or pods that the snapshot lacks", () => {
  const idle = clusterOf(
    nodes("node-1"),
    deployment("shop/web", [], { replicas: 0 }),
    deployment("shop/other", ["node-1"]),
    budget("shop/web", { minAvailable: 1 }),
  );
  expect(ofCluster(idle, rule)).toEqual([]);
  const recorded = {
    ...budget("shop/gone", { minAvailable: 1 }),
    status: { expectedPods: 2, currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1 },
  };
  expect(ofCluster(clusterOf(nodes("node-1"), deployment("shop/web", ["node-1"]), recorded), rule)).toEqual(
    [],
  );
});
