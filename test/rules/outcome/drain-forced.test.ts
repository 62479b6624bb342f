import { expect, test } from "vitest";
import { budget, clusterOf, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "drain-forced";
const cluster = clusterOf(
  nodes("node-1", "node-2", "node-3"),
  statefulSet("data/queue", ["node-1", "node-2"]),
  budget("data/queue", { minAvailable: 2 }),
);

test("gke deletes after an hour what the budget holds", () => {
  const { verdict } = rehearse(cluster, { ...drainOf(["node-1"]), drainer: "gke" });
  expect(findingsOf(verdict, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-1",
      message: "after 1h00m of a GKE node pool upgrade data/queue-0 is deleted, past budget data/queue",
      details: ["Deleted: 1 pod, no budget is asked: data/queue-0."],
      data: { node: "node-1", deleted: ["data/queue-0"], left: [], budgets: ["data/queue"], seconds: 3_600 },
    },
  ]);
});

test("cluster-api leaves it on the machine that goes", () => {
  const plan = { ...drainOf(["node-1"], { timeout: 600_000 }), drainer: "cluster-api" as const };
  const [finding] = findingsOf(rehearse(cluster, plan).verdict, rule);
  expect(finding!.message).toBe(
    "after 10m00s of Cluster API data/queue-0 goes with the machine, past budget data/queue",
  );
  expect(finding!.details).toEqual([
    "Left on node-1: data/queue-0. What happens to the machine next ends it without notice.",
  ]);
});

test("near misses: a budget that opens in time, and a drainer that gives up instead", () => {
  const open = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 1 }),
  );
  expect(findingsOf(rehearse(open, { ...drainOf(["node-1"]), drainer: "gke" }).verdict, rule)).toEqual([]);
  expect(findingsOf(rehearse(cluster, { ...drainOf(["node-1"]), drainer: "eks" }).verdict, rule)).toEqual([]);
});
