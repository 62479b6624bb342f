import { expect, test } from "vitest";
import { noAssumptions } from "../../../src/plan/assumptions.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "node-pool-changes";
const full = clusterOf(
  nodes("node-1", "node-2"),
  deployment("shop/web", ["node-1", "node-1", "node-2", "node-2"], { cpu: "2" }),
);

function drain(max: number): Plan {
  const nodePools = [{ name: "general", like: "node-1", min: 0, max }];
  return { ...drainOf(["node-1"]), assumptions: { ...noAssumptions, nodePools } };
}

test("a pool that grows: from what to what, and for how many pods", () => {
  expect(besidePlan(full, drain(4), rule)).toMatchObject([
    {
      severity: "info",
      subject: "general",
      message: "the pool goes from 2 to 3 nodes meanwhile",
      details: [expect.stringMatching(/: 1 node more, for 2 Pending pods\.$/)],
      data: { pool: "general", before: 2, after: 3 },
    },
  ]);
});

test("pods that no pool may bring a node for: a warning", () => {
  expect(besidePlan(full, drain(2), rule)).toMatchObject([
    { severity: "warning", message: "2 Pending pods bring no node: general has its 2 nodes" },
  ]);
});

test("near miss: no pool is known", () => {
  expect(besidePlan(full, drainOf(["node-1"]), rule)).toEqual([]);
});
