import { expect, test } from "vitest";
import { fixed, noAssumptions } from "../../src/plan/assumptions.ts";
import type { Step } from "../../src/plan/plan.ts";
import { clusterOf, nodes, object, ownerRef, pod } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";

test("the work of a Job's pod begins when its containers run, not when the kubelet took it on", () => {
  const labels = { "job-name": "load" };
  const [startTime, startedAt] = ["2026-11-20T23:50:00Z", "2026-11-20T23:58:00Z"];
  const job = object("batch/v1", "Job", "data/load", {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
    status: { active: 1, startTime },
  });
  const made = pod("data/load-0", "n1", { labels, owner: ownerRef("batch/v1", "Job", "data/load") });
  const status = made["status"] as object;
  const containerStatuses = [
    { name: "main", ready: true, restartCount: 0, state: { running: { startedAt } } },
  ];
  const cluster = clusterOf(nodes("n1"), [
    job,
    { ...made, status: { ...status, startTime, containerStatuses } },
  ]);
  const wait: Step = { kind: "wait", name: "wait", duration: fixed(3_600_000) };
  const all = { ...noAssumptions.default, run: fixed(600_000) };
  const plan = { ...drainOf(["n1"]), steps: [wait], assumptions: { ...noAssumptions, default: all } };
  const { trace } = rehearse(cluster, plan);
  const finished = trace.events.filter(({ kind }) => kind === "pod.finished").map(({ time }) => time);
  expect(finished).toEqual([Date.parse(startedAt) + 600_000 - cluster.asOf]);
});
