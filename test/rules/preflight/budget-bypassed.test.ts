import { expect, test } from "vitest";
import { budget, clusterOf, nodes, statefulSet } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "budget-bypassed";
const past = { disableEviction: true };
const queue = (on: readonly string[], limits: Record<string, unknown>) =>
  clusterOf(nodes("node-1", "node-2"), statefulSet("data/queue", on), budget("data/queue", limits));

test("--disable-eviction deletes two at once where one may be away: by how many it is broken", () => {
  const cluster = queue(["node-1", "node-1", "node-2"], { maxUnavailable: 1 });
  const [finding] = besidePlan(cluster, drainOf(["node-1"], past), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/queue",
    message: "3 healthy - 2 deleted at once = 1, and 2 needed (maxUnavailable 1): broken by 1",
    details: ["Deleted without being asked: data/queue-0 and data/queue-1."],
  });
  expect(finding!.suggestions[0]!.edit).toEqual({ kind: "drain", options: { disableEviction: false } });
});

test("near misses: the budget spares that many, or evictions are asked for", () => {
  expect(
    besidePlan(queue(["node-1", "node-1", "node-2"], { maxUnavailable: 2 }), drainOf(["node-1"], past), rule),
  ).toEqual([]);
  expect(
    besidePlan(queue(["node-1", "node-1", "node-2"], { maxUnavailable: 1 }), drainOf(["node-1"]), rule),
  ).toEqual([]);
});
