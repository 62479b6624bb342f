import { expect, test } from "vitest";
import { autoscaler, clusterOf, deployment, nodes, resourceMetrics, service } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "api-service-away";
const labels = { "k8s-app": "metrics-server" };
const metricsServer = (...on: readonly string[]) => [
  ...deployment("kube-system/metrics-server", on, { labels }),
  service("kube-system/metrics-server", { app: "metrics-server" }),
];
const web = [...deployment("shop/web", ["node-2", "node-3"]), autoscaler("shop/web", { min: 2, max: 5 })];

test("the only metrics-server moves: for how long its API is away, and who stands still", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    metricsServer("node-1"),
    resourceMetrics(),
    web,
  );
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "v1beta1.metrics.k8s.io",
      message: "is unavailable for 20 s: 1 HorizontalPodAutoscaler stands still",
      data: { autoscalers: ["shop/web"] },
    },
  ]);
});

test("without an APIService in the input its pods are known by their labels", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("kube-system/metrics-server", ["node-1"], { labels }),
  );
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    { message: "is unavailable for 20 s: who reads it gets errors" },
  ]);
});

test("one that finds no other node: to the end, a warning", () => {
  const cluster = clusterOf(
    nodes("node-1"),
    metricsServer("node-1"),
    resourceMetrics(),
    autoscaler("shop/web", {}),
  );
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "warning",
      message: expect.stringContaining("to the end: 1 HorizontalPodAutoscaler") as string,
    },
  ]);
});

test("near misses: another replica goes on; it is on another node", () => {
  const all = nodes("node-1", "node-2", "node-3");
  const two = clusterOf(all, metricsServer("node-1", "node-2"), resourceMetrics(), web);
  expect(besidePlan(two, drainOf(["node-1"]), rule)).toEqual([]);
  const elsewhere = clusterOf(all, metricsServer("node-3"), resourceMetrics(), web);
  expect(besidePlan(elsewhere, drainOf(["node-1"]), rule)).toEqual([]);
});
