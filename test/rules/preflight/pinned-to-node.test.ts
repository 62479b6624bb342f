import { expect, test } from "vitest";
import { clusterOf, deployment, node, nodes, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, removalOf } from "../../support/rehearse.ts";

const rule = "pinned-to-node";
const gpu = { spec: { nodeSelector: { gpu: "yes" } } };
const withGpu = (name: string) => node(name, { labels: { gpu: "yes" } });

test("a selector that only one node satisfies: Pending until the uncordon, one finding a node", () => {
  const cluster = clusterOf(
    withGpu("node-1"),
    node("node-2"),
    deployment("ml/train", ["node-1"], gpu),
    deployment("ml/serve", ["node-1"], gpu),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-1",
      message: "2 pods may run on no other node here: Pending from the eviction until the uncordon",
      details: [
        "ml/Deployment/train and ml/Deployment/serve.",
        "Tied by nodeSelector gpu=yes: a second node that satisfies it would take them.",
      ],
    },
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("near misses: a second such node, no selector, a bare pod, a cluster of one node", () => {
  const train = deployment("ml/train", ["node-1"], gpu);
  expect(ofCluster(clusterOf(withGpu("node-1"), withGpu("node-2"), train), rule)).toEqual([]);
  expect(ofCluster(clusterOf(nodes("node-1", "node-2"), deployment("ml/train", ["node-1"])), rule)).toEqual(
    [],
  );
  const bare = clusterOf(withGpu("node-1"), node("node-2"), pod("ml/train", "node-1", gpu));
  expect(ofCluster(bare, rule)).toEqual([]);
  expect(ofCluster(clusterOf(withGpu("node-1"), train), rule)).toEqual([]);
});

test("a node that the plan deletes is never uncordoned", () => {
  const cluster = clusterOf(withGpu("node-1"), node("node-2"), deployment("ml/train", ["node-1"], gpu));
  expect(besidePlan(cluster, removalOf(["node-1"]), rule)[0]!.message).toBe(
    "1 pod may run on no other node here: Pending from the eviction until a suitable node joins",
  );
});
