import { expect, test } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import { drainersIn } from "../../src/plan/drainers.ts";
import { clusterOf, deployment, nodes, object } from "../support/objects.ts";
import { rehearse } from "../support/rehearse.ts";
import { planIn } from "./plan-files.ts";

/** A drain by another's rules than the plan's. */

const budget = object("policy/v1", "PodDisruptionBudget", "shop/web", {
  spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
});
const cluster = clusterOf(nodes("n1", "n2"), deployment("shop/web", ["n1"]), budget);

const plan = (drain: string) =>
  planIn(`
apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: two }
spec:
  drainer: gke
  steps:
    - drain: ${drain}
`);

test("its own rules, and its own time", () => {
  const gke = rehearse(cluster, plan("{ nodes: [n1] }"));
  expect(gke.verdict.findings.map(({ rule }) => rule)).toContain("drain-forced");
  const kubectl = rehearse(cluster, plan("{ nodes: [n1], drainer: kubectl, timeout: 5m }"));
  expect(kubectl.verdict.findings.map(({ rule }) => rule)).not.toContain("drain-forced");
  const failed = kubectl.verdict.findings.find(({ rule }) => rule === "drain-failed");
  expect(failed?.message).toContain("--timeout=5m0s is over");
  expect(failed?.at).toBeLessThan(310_000);
});

test("only those count that drain", () => {
  expect(drainersIn(plan("{ nodes: [n1] }"))).toEqual(["gke"]);
  expect(drainersIn(plan("{ nodes: [n1], drainer: eks }"))).toEqual(["eks"]);
  const { verdict } = rehearse(cluster, plan("{ nodes: [n1], drainer: kubectl, timeout: 5m }"));
  expect(verdict.assumptions.filter(({ subject }) => subject === "gke")).toEqual([]);
  expect(verdict.unknown.join()).not.toContain("GKE");
});

test("its flags are held against its own drainer", () => {
  expect(checkPlan(plan("{ nodes: [n1], drainer: eks, timeout: 5m }"), cluster)).toMatchObject([
    { message: expect.stringContaining("eks has no timeout") },
  ]);
  expect(checkPlan(plan("{ nodes: [n1], drainer: kubectl, podSelector: app=web }"), cluster)).toEqual([]);
});
