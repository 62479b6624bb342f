import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { budget, clusterOf, deployment, nodes } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"], { replicas: 1 }));
const uncordon: Step = { kind: "uncordon", name: "open", nodes: { kind: "names", names: ["node-2"] } };
const gate = (workload: string): Step => ({
  kind: "gate",
  name: "settle",
  until: [{ kind: "workloadReady", workload }],
  for: 0,
  timeout: 60_000,
});

test("a gate that never opens: what it waits for, and the steps that have no turn", () => {
  const { verdict } = rehearse(cluster, planOf([gate("shop/Deployment/gone"), uncordon]));
  const [finding] = findingsOf(verdict, "plan-not-finished");
  expect(verdict.word).toBe("STOPS");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "gate settle",
    data: { step: "plan/0", notReached: 1 },
  });
  expect(finding!.message).toMatch(/^failed: /);
  expect(finding!.details).toContain("shop/Deployment/gone: 0 Ready.");
  expect(finding!.details.at(-1)).toMatch(/^Not reached: 1 step, uncordon/);
});

test("a gate that opens: no finding", () => {
  const { verdict } = rehearse(cluster, planOf([gate("shop/Deployment/web"), uncordon]));
  expect(findingsOf(verdict, "plan-not-finished")).toEqual([]);
  expect(verdict.word).toBe("FINISHES");
});

const slow = (seconds: number) =>
  clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: seconds } }),
  );

test("a drain that virtual time cut off: the horizon, the pod it waits for and why; nothing about for ever", () => {
  const { verdict } = rehearse(slow(172_800), drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, "plan-not-finished");
  expect(verdict.drains[0]!.outcome).toBe("unfinished");
  expect(finding).toMatchObject({
    at: 86_400_000,
    message: "not finished within --horizon 24h: shop/web-0 is still there (grace period 2d0h, from 0 s on)",
    data: { isBlocked: false, pods: ["shop/web-0"] },
  });
  expect(finding!.details).toContain(
    "How it goes on is not rehearsed; --horizon 49h reaches past that wait.",
  );
  expect([finding!.message, ...finding!.details].join(" ")).not.toMatch(/ever|Proved/);
});

test("a drain that waits for a budget when virtual time ends: its arithmetic, and no horizon that would be enough", () => {
  const held = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"], { replicas: 1 }),
    budget("shop/web", { minAvailable: 1 }),
    deployment("shop/slow", ["node-1"], { spec: { terminationGracePeriodSeconds: 600 } }),
  );
  const { verdict } = rehearse(held, drainOf(["node-1"]), { horizon: 60_000 });
  const [finding] = findingsOf(verdict, "plan-not-finished");
  expect(finding!.message).toContain("not finished within --horizon 1m: ");
  expect([finding!.message, ...finding!.details].join(" ")).toContain(
    "budget shop/web: 1 healthy - 1 needed (minAvailable 1) = 0 allowed",
  );
  expect(finding!.details).toContain("How it goes on is not rehearsed: that needs a later --horizon.");
});

test("a drain that ends within the horizon: no finding", () => {
  expect(findingsOf(rehearse(slow(3_600), drainOf(["node-1"])).verdict, "plan-not-finished")).toEqual([]);
});
