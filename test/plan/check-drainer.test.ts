import { expect, test } from "vitest";
import { drainers } from "../../src/facts/drainers.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { printPlan } from "../../src/plan/print.ts";
import { clusterOf, node } from "../support/objects.ts";
import { fileOf, planIn } from "./plan-files.ts";

const cluster = clusterOf(node("n1"));

function problems(spec: string): string[] {
  const parsed = parsePlan(fileOf(spec), "plan.yaml");
  return (parsed.ok ? checkPlan(parsed.plan, cluster, parsed.source) : parsed.problems).map(formatProblem);
}

const drain = (flags: string) => `steps: [drain: { nodes: [n1], ${flags} }]`;

test.each(Object.keys(drainers))("a plan may be drained by %s, and is printed so", (drainer) => {
  const plan = planIn(fileOf(`drainer: ${drainer}\n${drain("ignoreDaemonSets: true")}`));
  expect(plan.drainer).toBe(drainer);
  expect(planIn(printPlan(plan))).toEqual(plan);
});

test.each([
  ["eks", "timeout: 5m", /drain\.timeout: eks has no timeout: an EKS managed node group update would drain/],
  ["cluster-api", "podSelector: app=web", /cluster-api has no podSelector/],
  ["gke", "disableEviction: true", /gke has no disableEviction/],
  ["karpenter", "dryRun: client", /karpenter has no dryRun/],
  ["aks", "gracePeriod: 5", /aks has no gracePeriod/],
])("%s has no %s", (drainer, flags, message) => {
  expect(problems(`drainer: ${drainer}\n${drain(flags)}`)).toEqual([expect.stringMatching(message)]);
});

test.each(["1m", "25h"])("aks takes no time-out of %s", (timeout) => {
  expect(problems(`drainer: aks\n${drain(`timeout: ${timeout}`)}`)).toEqual([
    expect.stringMatching(/drain\.timeout: aks takes a timeout from 5m to (1d|24h), got /),
  ]);
});

test("a flag of the plan's defaults is named where it stands", () => {
  const spec = `drainer: eks\ndefaults: { drain: { timeout: 5m } }\n${drain("ignoreDaemonSets: true")}`;
  expect(problems(spec)).toEqual([
    expect.stringMatching(/spec\.defaults\.drain\.timeout: eks has no timeout/),
  ]);
});

test.each([
  ["eks", "force: true"],
  ["aks", "timeout: 1h, disableEviction: true"],
  ["cluster-api", "timeout: 10m"],
  ["karpenter", "timeout: 10m"],
  // What every one of them does anyway.
  ["gke", "ignoreDaemonSets: true, deleteEmptyDirData: true, force: true"],
  ["kubectl", "timeout: 5m, podSelector: app=web, gracePeriod: 5, disableEviction: true"],
])("near misses: %s has %s", (drainer, flags) => {
  expect(problems(`drainer: ${drainer}\n${drain(flags)}`)).toEqual([]);
});

test("how load balancers check is read whole, and printed so", () => {
  const spec = `assumptions: { loadBalancer: { interval: 10s, threshold: 3, deregistration: 5m } }\n${drain("force: true")}`;
  const plan = planIn(fileOf(spec));
  expect(plan.assumptions.loadBalancer).toEqual({ interval: 10_000, threshold: 3, deregistration: 300_000 });
  expect(planIn(printPlan(plan))).toEqual(plan);
});

test.each([
  ["loadBalancer: { interval: 10s }", /threshold: expected a whole number, 1 or more, but it is missing/],
  ["loadBalancer: { interval: 10s, threshold: 0 }", /threshold: .*got 0/],
  ["loadBalancer: { interval: 0s, threshold: 3 }", /interval: expected a duration of more than 0/],
])("%s is refused", (assumption, message) => {
  expect(problems(`assumptions: { ${assumption} }\n${drain("force: true")}`)).toEqual([
    expect.stringMatching(message),
  ]);
});
