import { expect, test } from "vitest";
import { type ApiObject, clusterOf, nodes, object } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "usage-high";

function using(name: string, cpu: string, memory: string): ApiObject {
  const at = { timestamp: "2026-11-20T12:00:00Z", window: "30s" };
  return object("metrics.k8s.io/v1beta1", "NodeMetrics", name, { ...at, usage: { cpu, memory } });
}

const two = nodes("node-1", "node-2");

test("memory above 80 %: pods that land there may be killed", () => {
  expect(ofCluster(clusterOf(two, using("node-1", "1", "14Gi")), rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-1",
      message: "uses 14.0 Gi of 16.0 Gi memory (87 %), whatever is requested",
    },
  ]);
});

test("CPU alone is a note; both are one finding", () => {
  expect(ofCluster(clusterOf(two, using("node-1", "3500m", "1Gi")), rule)).toMatchObject([
    { severity: "info", message: "uses 3.5 of 4 CPU (87 %), whatever is requested" },
  ]);
  expect(ofCluster(clusterOf(two, using("node-1", "3500m", "14Gi")), rule)).toHaveLength(1);
});

test("many such nodes are one finding", () => {
  const names = ["node-1", "node-2", "node-3", "node-4"];
  const cluster = clusterOf(
    nodes(...names),
    names.map((name) => using(name, "1", "14Gi")),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    { subject: "4 of 4 nodes", message: "use more than 80 % of their memory, whatever is requested" },
  ]);
});

test("near misses: exactly 80 %; no metrics, of which nothing is said; the node that is emptied", () => {
  expect(ofCluster(clusterOf(two, using("node-1", "3200m", "12Gi")), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two), rule)).toEqual([]);
  const cluster = clusterOf(two, using("node-1", "1", "14Gi"));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toEqual([]);
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)).toHaveLength(1);
});
