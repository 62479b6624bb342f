import { describe, expect, test } from "vitest";
import { headlineOf } from "../../src/report/headline.ts";
import { longerHorizon } from "../../src/report/stops.ts";
import { budget, clusterOf, deployment, nodes, service } from "../support/objects.ts";
import { fileOfSteps, planIn } from "../plan/plan-files.ts";
import { drainOf } from "../support/rehearse.ts";
import { reportOf, textOf, whole } from "./screens.ts";

const said = (report: ReturnType<typeof reportOf>) =>
  headlineOf(report.verdict, report.subject, report.trace);

test("a drain that virtual time cuts off is not finished: why, and never for ever", () => {
  const cluster = whole(
    clusterOf(
      nodes("node-1", "node-2"),
      deployment("shop/train", ["node-1"], { spec: { terminationGracePeriodSeconds: 172_800 } }),
    ),
  );
  const report = reportOf(cluster, drainOf(["node-1"]));
  expect(report.verdict.word).toBe("STOPS");
  expect(said(report)).toBe(
    "not finished within --horizon 24h: node-1 waits for shop/train-0, whose grace period is 48h.",
  );
  expect(longerHorizon(report.verdict, report.trace)).toBe("49h");
  expect(textOf(report)).not.toContain("for ever");
});

/** data/queue on node-2 never lets go; shop/web on node-1 goes where there is room. */
const queue = whole(
  clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("shop/web", ["node-1"]),
    deployment("data/queue", ["node-2"]),
    budget("data/queue", { maxUnavailable: 0 }),
    service("data/queue"),
  ),
);

describe("a drain of several nodes that hangs", () => {
  const report = reportOf(queue, drainOf(["node-1", "node-2", "node-3"]));

  test("what was drained before, what never gets a turn, what stays cordoned, what is Pending", () => {
    expect(report.verdict.word).toBe("HANGS");
    expect(said(report)).toMatch(
      /^for ever, on 1 of 1 pod of node-2: data\/queue-0\. node-1 is drained, node-3 never gets a turn\. All 3 nodes stay cordoned\. 1 pod is Pending\. /,
    );
  });

  test("of one node it says no more than before", () => {
    expect(said(reportOf(queue, drainOf(["node-2"])))).toMatch(
      /^for ever, on 1 of 1 pod: data\/queue-0\. Nothing leaves, and node-2 stays cordoned\. No outage\. kubectl asks again/,
    );
  });
});

test("a rollout that goes on without a node is done, but for that node", () => {
  const plan = planIn(
    fileOfSteps(`
- rollout:
    nodes: [node-1, node-2, node-3]
    perNode:
      - drain: { timeout: 1m, onFailure: uncordonAndSkip }
      - uncordon: {}`),
  );
  const subject = { command: "plan", hasTimeout: false } as const;
  expect(said(reportOf(queue, plan, {}, { subject }))).toMatch(
    /^is done after .*, but 1 of 3 nodes was skipped \(node-2\)\.$/,
  );
});

describe("durations are drawn", () => {
  const seed = (report: ReturnType<typeof reportOf>) =>
    /seed 1( \(durations drawn\))?/.exec(textOf(report))?.[0];
  const stop = {
    kind: "distribution",
    table: [
      [0, 1_000],
      [1, 9_000],
    ],
  } as const;
  const plan = drainOf(["node-1"]);
  const told = {
    ...plan,
    assumptions: { ...plan.assumptions, workloads: { "shop/Deployment/web": { termination: stop } } },
  };

  test("where the plan gives one as percentiles", () => {
    expect(seed(reportOf(queue, told, { luck: "sampled" }))).toBe("seed 1 (durations drawn)");
  });

  test("and not where nothing is to be drawn", () => {
    expect(seed(reportOf(queue, plan, { luck: "sampled" }))).toBe("seed 1");
    expect(seed(reportOf(queue, told))).toBe("seed 1");
  });
});
