import { expect, test } from "vitest";
import { noAssumptions } from "../../../src/plan/assumptions.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { autoscaler, clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "autoscaler-scales";
const clusterWith = (max: number) =>
  clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("shop/web", ["node-1", "node-2"]),
    autoscaler("shop/web", { min: 2, max, target: 50 }),
  );

/** Two pods that request 100m each, under so much CPU. */
function under(cpu: number): Plan {
  const load = { "shop/Deployment/web": { cpu: [{ at: 0, amount: cpu }] as const } };
  return { ...drainOf(["node-1"]), assumptions: { ...noAssumptions, load } };
}

test("a load above the target: from what to what, when and why", () => {
  expect(besidePlan(clusterWith(10), under(300), rule)).toMatchObject([
    {
      severity: "info",
      subject: "shop/Deployment/web",
      message: expect.stringMatching(/goes from 2 to (\d to )*6 replicas meanwhile$/) as string,
      data: { autoscaler: "shop/web", before: 2, after: 6 },
    },
  ]);
});

test("a maximum below what the load asks for: a warning", () => {
  expect(besidePlan(clusterWith(3), under(300), rule)).toMatchObject([
    {
      severity: "warning",
      message:
        "HorizontalPodAutoscaler shop/web goes from 2 to 3 replicas, and its maximum of 3 is less than the load asks for",
    },
  ]);
});

test("near misses: a load that fits; a load that nobody knows", () => {
  expect(besidePlan(clusterWith(10), under(100), rule)).toEqual([]);
  expect(besidePlan(clusterWith(10), drainOf(["node-1"]), rule)).toEqual([]);
});
