import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

test("a time-out against a budget that allows nothing: what it waited for, and four ways on", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 2 }),
  );
  const { verdict } = rehearse(cluster, drainOf(["node-1"], { timeout: 60_000 }));
  const [finding] = findingsOf(verdict, "drain-failed");
  expect(verdict.word).toBe("STOPS");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "node-1",
    message:
      "--timeout=1m0s is over and data/queue-0 still refused: 2 healthy - 2 needed (minAvailable 2) = 0 allowed",
    details: ["0 pods are gone, 1 still there; node-1 stays cordoned."],
    data: { budget: "data/queue" },
  });
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "drain", options: { timeout: 0 } },
    { kind: "before", steps: [{ kind: "scale", to: 3 }] },
    { kind: "before", steps: [{ kind: "patch", set: { minAvailable: 1 } }] },
    { kind: "drain", options: { disableEviction: true } },
  ]);
});

const slow = (seconds: number) =>
  clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: seconds } }),
  );

test("a pod that stops more slowly than the time-out allows", () => {
  const { verdict } = rehearse(slow(120), drainOf(["node-1"], { timeout: 60_000 }));
  const [finding] = findingsOf(verdict, "drain-failed");
  expect(finding!.message).toBe(
    "--timeout=1m0s is over and shop/web-0 still terminating (grace period 2m00s)",
  );
  // It goes by itself later: what counts is what was there when kubectl gave up.
  expect(finding!.details).toEqual(["0 pods are gone, 1 still there; node-1 stays cordoned."]);
  expect(finding!.suggestions.map(({ edit }) => edit)).toEqual([
    { kind: "drain", options: { timeout: 180_000 } },
  ]);
});

test("a time-out above the grace period: no finding", () => {
  const { verdict } = rehearse(slow(30), drainOf(["node-1"], { timeout: 60_000 }));
  expect(findingsOf(verdict, "drain-failed")).toEqual([]);
  expect(verdict.drains[0]!.outcome).toBe("drained");
});

test("two budgets over one pod: the eviction fails at once, and either budget may step aside", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-2"]),
    budget("shop/web", { minAvailable: 1 }),
    budget("shop/web-too", { maxUnavailable: 1 }, "web"),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed");
  expect(finding!.message).toMatch(
    /^evicting shop\/web-0 fails and is not retried: .*more than one PodDisruptionBudget/,
  );
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web", set: { selector: null } }] },
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web-too", set: { selector: null } }] },
    { kind: "drain", options: { disableEviction: true } },
  ]);
});
