import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
const gate = (workload: string, more: Partial<Step>): Step =>
  ({
    kind: "gate",
    name: "settle",
    until: [{ kind: "workloadReady", workload }],
    for: 0,
    timeout: 60_000,
    ...more,
  }) as Step;

test("a step that fails and is tolerated: the plan goes on, and it is said", () => {
  const plan = planOf([gate("shop/Deployment/gone", { onFailure: { kind: "continue" } })]);
  const { verdict } = rehearse(cluster, plan);
  expect(findingsOf(verdict, "step-failed")).toMatchObject([
    {
      severity: "error",
      subject: "gate settle",
      message: expect.stringMatching(/^failed: /) as string,
      details: [
        "shop/Deployment/gone: 0 Ready.",
        "After it the plan goes on with its next step (onFailure: continue).",
      ],
      data: { step: "plan/0", afterFailure: "continue" },
    },
  ]);
  expect(findingsOf(verdict, "plan-not-finished")).toEqual([]);
});

test("a step that fails and ends the plan is another rule's", () => {
  const { verdict } = rehearse(cluster, planOf([gate("shop/Deployment/gone", {})]));
  expect(findingsOf(verdict, "step-failed")).toEqual([]);
  expect(findingsOf(verdict, "plan-not-finished")).toHaveLength(1);
});
