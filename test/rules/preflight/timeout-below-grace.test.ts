import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "timeout-below-grace";
const cluster = clusterOf(
  nodes("node-1", "node-2"),
  deployment("data/queue", ["node-1"], { spec: { terminationGracePeriodSeconds: 120 } }),
);

test("a --timeout that a pod may outlast: kubectl gives up first, and which would do", () => {
  const [finding] = besidePlan(cluster, drainOf(["node-1"], { timeout: 60_000 }), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-1",
    message: "--timeout=1m0s, and data/queue-0 may take 2m00s to end: kubectl gives up first",
  });
  expect(finding!.suggestions[0]).toMatchObject({
    commands: ["kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets --timeout=3m0s"],
    edit: { kind: "drain", options: { timeout: 180_000 } },
  });
});

test("near misses: one second longer, no --timeout, a --grace-period below it", () => {
  const at = (options: Record<string, number>) => besidePlan(cluster, drainOf(["node-1"], options), rule);
  expect(at({ timeout: 120_000 })).toHaveLength(1);
  expect(at({ timeout: 121_000 })).toEqual([]);
  expect(at({})).toEqual([]);
  expect(at({ timeout: 60_000, gracePeriod: 30 })).toEqual([]);
});

test("near miss: another drainer, whose time-outs end otherwise", () => {
  const plan = { ...drainOf(["node-1"], { timeout: 60_000 }), drainer: "karpenter" as const };
  expect(besidePlan(cluster, plan, rule)).toEqual([]);
});
