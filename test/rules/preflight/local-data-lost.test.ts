import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "local-data-lost";
const two = nodes("node-1", "node-2");
const keeping = (name: string, medium = "") => ({ spec: { volumes: [{ name, emptyDir: { medium } }] } });

test("a StatefulSet without a claim keeps what sounds like data in an emptyDir", () => {
  const cluster = clusterOf(two, statefulSet("mon/prometheus", ["node-1"], keeping("prometheus-db")));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "mon/StatefulSet/prometheus",
      message: "1 pod loses emptyDir prometheus-db when evicted: by its name, data",
      details: [
        "mon/prometheus-0.",
        "A StatefulSet without a claim for it starts again from nothing, or copies from its peers.",
      ],
    },
  ]);
});

test("what a Deployment keeps so is lost by each rollout: a note", () => {
  const cluster = clusterOf(two, deployment("mon/grafana", ["node-1"], keeping("storage")));
  expect(ofCluster(cluster, rule)[0]).toMatchObject({ severity: "info", weight: 41 });
});

test("a name that says nothing is not called data", () => {
  const cluster = clusterOf(two, statefulSet("mon/loki", ["node-1"], keeping("rules-volume")));
  expect(ofCluster(cluster, rule)[0]).toMatchObject({
    severity: "info",
    message: "1 pod loses emptyDir rules-volume when evicted: what is in it is not known",
  });
});

test("near miss: caches are no loss; a drain names them in one note, a check not at all", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"], keeping("cache")),
    deployment("shop/api", ["node-1"], keeping("tmp", "Memory")),
  );
  expect(ofCluster(cluster, rule)).toEqual([]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "2 workloads",
      message: "2 pods lose their emptyDir volumes: by their names caches or scratch space",
      details: ["shop/Deployment/web: cache.", "shop/Deployment/api: tmp (in memory)."],
    },
  ]);
});

test("near miss: the node that is drained has none of it", () => {
  const cluster = clusterOf(two, statefulSet("mon/prometheus", ["node-2"], keeping("prometheus-db")));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toEqual([]);
});
