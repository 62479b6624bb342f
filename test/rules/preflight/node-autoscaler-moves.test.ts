import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "node-autoscaler-moves";
const image = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0";

function adder(on: readonly string[], cpu = "100m", spec: Record<string, unknown> = {}) {
  const containers = [{ name: "main", image, resources: { requests: { cpu } } }];
  return deployment("kube-system/cluster-autoscaler", on, { spec: { containers, ...spec } });
}

test("no other node can take it: nobody adds one any more", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    adder(["node-1"], "2"),
    deployment("shop/web", ["node-2"], { cpu: "3" }),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "kube-system/Deployment/cluster-autoscaler",
      message:
        "adds nodes when pods are Pending, and no other node can take it: after a drain of node-1 nobody adds one",
    },
  ]);
});

test("beside a plan it is also said that nobody adds a node while it moves", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), adder(["node-1"]));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      message:
        "adds nodes when pods are Pending, and is on node-1: nobody adds one until it is up again elsewhere",
    },
  ]);
});

test("near misses: it has somewhere to go, pods there give way to it, a second replica takes over", () => {
  expect(ofCluster(clusterOf(nodes("node-1", "node-2"), adder(["node-1"])), rule)).toEqual([]);
  const important = { priorityClassName: "system-cluster-critical", priority: 2_000_000_000 };
  const full = clusterOf(
    nodes("node-1", "node-2"),
    adder(["node-1"], "2", important),
    deployment("shop/web", ["node-2"], { cpu: "3" }),
  );
  expect(ofCluster(full, rule)).toEqual([]);
  const both = clusterOf(nodes("node-1", "node-2"), adder(["node-1", "node-2"]));
  expect(besidePlan(both, drainOf(["node-1"]), rule)).toEqual([]);
});
