import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, pod } from "../../support/objects.ts";
import { ofCluster } from "../../support/preflight.ts";

const rule = "pod-on-missing-node";

test("a pod on a node that the input lacks: asked, not decided", () => {
  const cluster = clusterOf(nodes("node-1"), deployment("shop/web", ["node-1", "node-9"]));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-9",
      message: "1 pod is bound to it, and the input has no such node: does the snapshot lack it?",
    },
  ]);
});

test("several such nodes are one finding", () => {
  const cluster = clusterOf(nodes("node-1"), deployment("shop/web", ["node-8", "node-9"]));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      subject: "2 nodes",
      message: "2 pods are bound to nodes that the input does not have: does the snapshot lack them?",
      details: [
        "node-8: shop/web-0.",
        "node-9: shop/web-1.",
        "If they are really gone, the pod garbage collector removes them after 40 s. The rehearsal leaves them as they are.",
      ],
    },
  ]);
});

test("near misses: it has ended; nodes are not given at all", () => {
  const ended = { ...pod("shop/web", "node-9"), status: { phase: "Succeeded" } };
  expect(ofCluster(clusterOf(nodes("node-1"), ended), rule)).toEqual([]);
  expect(ofCluster(clusterOf(deployment("shop/web", ["node-9"])), rule)).toEqual([]);
});
