import { expect, test } from "vitest";
import type { FailurePolicy, Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), deployment("shop/web", ["node-3"]));

function roll(workload: string, onFailure: FailurePolicy): Step {
  return {
    kind: "rollout",
    name: "roll",
    selector: [],
    nodes: ["node-1", "node-2"],
    order: "listed",
    canary: { count: 0, soak: 0 },
    maxParallel: 1,
    maxErrors: 5,
    soak: 0,
    perNode: [
      { kind: "cordon", name: "close", nodes: { kind: "current" } },
      {
        kind: "gate",
        name: "settle",
        until: [{ kind: "workloadReady", workload }],
        for: 0,
        timeout: 60_000,
        onFailure,
      },
      { kind: "uncordon", name: "open", nodes: { kind: "current" } },
    ],
    afterBatch: [],
  };
}

test("a node whose turn fails is left cordoned: which step it was, and the way back", () => {
  const { verdict } = rehearse(cluster, planOf([roll("shop/Deployment/gone", { kind: "quarantine" })]));
  const findings = findingsOf(verdict, "node-quarantined");
  expect(findings.map(({ subject }) => subject)).toEqual(["node-1", "node-2"]);
  expect(findings[0]).toMatchObject({
    severity: "warning",
    message: expect.stringMatching(
      /^quarantined: its step "gate settle" failed .*, and it stays cordoned$/,
    ) as string,
    suggestions: [{ commands: ["kubectl uncordon node-1"] }],
  });
  // It is told here, not again as a node that is not back.
  expect(findingsOf(verdict, "nodes-not-back")).toEqual([]);
});

test("a node that is uncordoned and skipped is not quarantined", () => {
  const { verdict } = rehearse(cluster, planOf([roll("shop/Deployment/gone", { kind: "uncordonAndSkip" })]));
  expect(findingsOf(verdict, "node-quarantined")).toEqual([]);
});
