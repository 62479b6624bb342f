import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "budget-without-controller";
const bare = (limits: Record<string, unknown>) =>
  clusterOf(
    nodes("node-1", "node-2"),
    pod("ops/a", "node-1", { labels: { app: "a" } }),
    pod("ops/b", "node-2", { labels: { app: "a" } }),
    budget("ops/a", limits),
  );

test("maxUnavailable over bare pods can never be counted: 0 allowed, always", () => {
  const [finding] = ofCluster(bare({ maxUnavailable: 1 }), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "ops/a",
    message: "maxUnavailable 1 counts from replicas, and no controller owns its 2 pods: 0 allowed, always",
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    `kubectl -n ops patch pdb a -p '{"spec":{"maxUnavailable":null,"minAvailable":1}}'`,
  ]);
});

test("pods of a controller and one without: it protects less than it seems, a note", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("ops/a", ["node-1", "node-2"]),
    pod("ops/stray", "node-1", { labels: { app: "a" } }),
    budget("ops/a", { maxUnavailable: 1 }),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "info",
      message: "maxUnavailable 1 counts from 2 replicas, without 1 pod that no controller owns",
    },
  ]);
});

test("near misses: a whole number needs no controller; a Deployment has replicas; past the budget", () => {
  expect(ofCluster(bare({ minAvailable: 1 }), rule)).toEqual([]);
  const owned = clusterOf(
    nodes("node-1"),
    deployment("ops/a", ["node-1"]),
    budget("ops/a", { maxUnavailable: 1 }),
  );
  expect(ofCluster(owned, rule)).toEqual([]);
  const past = drainOf(["node-1"], { disableEviction: true, force: true });
  expect(besidePlan(bare({ maxUnavailable: 1 }), past, rule)).toEqual([]);
});
