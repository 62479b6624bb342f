import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, statefulSet } from "../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../support/rehearse.ts";

const cluster = clusterOf(
  nodes("node-1", "node-2", "node-3", "node-4"),
  deployment("shop/web", ["node-1", "node-3"]),
  statefulSet("data/queue", ["node-2", "node-4"]),
  budget("data/queue", { minAvailable: 2 }),
);
const outcomes = (...args: Parameters<typeof rehearse>) =>
  rehearse(...args).verdict.drains.map(({ node, outcome, evicted, remaining }) => [
    node,
    outcome,
    evicted,
    remaining.map(({ name }) => name),
  ]);

test("one kubectl for three nodes: done, hanging, and never reached", () => {
  expect(outcomes(cluster, drainOf(["node-1", "node-2", "node-3"]))).toEqual([
    ["node-1", "drained", 1, []],
    ["node-2", "hanging", 0, ["queue-0"]],
    ["node-3", "notReached", 0, []],
  ]);
});

test("a step whose time is over fails the node under way; those after it were never reached", () => {
  const { steps } = drainOf(["node-1", "node-2", "node-3"]);
  const plan = planOf([{ kind: "sequence", name: "bounded", steps, timeout: 600_000 }]);
  expect(outcomes(cluster, plan)).toEqual([
    ["node-1", "drained", 1, []],
    ["node-2", "failed", 0, ["queue-0"]],
    ["node-3", "notReached", 0, []],
  ]);
});

test("a node that gives up does not keep kubectl from the next", () => {
  expect(outcomes(cluster, drainOf(["node-2", "node-3"], { timeout: 60_000 }))).toEqual([
    ["node-2", "failed", 0, ["queue-0"]],
    ["node-3", "drained", 1, []],
  ]);
});

test("a drain that is cut short with the group around it is one finding, and its word is STOPS", () => {
  const { steps } = drainOf(["node-2", "node-3"]);
  const plan = planOf([{ kind: "sequence", name: "bounded", steps, timeout: 600_000 }]);
  const { verdict } = rehearse(cluster, plan);
  expect(verdict.word).toBe("STOPS");
  expect(findingsOf(verdict, "plan-not-finished")).toEqual([]);
  expect(findingsOf(verdict, "drain-failed").map(({ message }) => message)).toEqual([
    "the step timed out after 10m00s: 2 healthy - 2 needed (minAvailable 2) = 0 allowed",
  ]);
});
