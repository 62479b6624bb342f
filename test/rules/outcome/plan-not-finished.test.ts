import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

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
