import { expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { analyse } from "../../src/rules/analysis.ts";
import { partsOfReturn, secondsOf, sumOf } from "../../src/rules/return-parts.ts";
import type { Outcome } from "../../src/rules/rule.ts";
import { clusterOf, nodes, object, ownerRef, pod, statefulSet } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";

/** The sum of each move's way back, by the name of the pod that went. */
function sums(cluster: Cluster, drained: readonly string[]) {
  const { trace } = rehearse(cluster, drainOf(drained));
  const analysis = analyse(trace);
  const outcome = { trace, analysis } as Outcome;
  return analysis.moves.map(({ name, evictedAt, replacement }) => {
    const life = analysis.lives.get(replacement!.pod)!;
    const parts = partsOfReturn(outcome, life, evictedAt, life.readyAt!);
    const total = parts.reduce((sum, { millis }) => sum + millis, 0);
    // The parts make the whole, to the tenth of a second.
    expect(total).toBe(Math.round((life.readyAt! - evictedAt) / 100) * 100);
    return { name, sum: sumOf(parts).replace(/start [\d.]+$/, "start"), seconds: secondsOf(parts) };
  });
}

const three = nodes("node-1", "node-2", "node-3");

test("an ordered StatefulSet: its stop ends with the old pod, and the rest is the wait for a lower ordinal", () => {
  const cluster = clusterOf(three, statefulSet("data/db", ["node-1", "node-1"]));
  const [first, second] = sums(cluster, ["node-1"]);
  expect(first).toMatchObject({ name: "db-0", sum: "stop 30 + start" });
  expect(second!.name).toBe("db-1");
  expect(second!.sum).toMatch(/^stop 30 \+ wait for db-0 [\d.]+ \+ start$/);
  expect(second!.seconds["stopSeconds"]).toBe(30);
  expect(second!.seconds["waitSeconds"]).toBeGreaterThan(0);
});

test("in parallel none waits for another", () => {
  const more = { podManagementPolicy: "Parallel" };
  const cluster = clusterOf(three, statefulSet("data/db", ["node-1", "node-1"], { more }));
  expect(sums(cluster, ["node-1"]).map(({ sum }) => sum)).toEqual(["stop 30 + start", "stop 30 + start"]);
});

test("many lower ordinals are told together", () => {
  const on = ["node-1", "node-1", "node-1", "node-1"];
  const all = sums(clusterOf(three, statefulSet("data/db", on)), ["node-1"]);
  expect(all[2]!.sum).toMatch(/^stop 30 \+ wait for db-0 [\d.]+ \+ wait for db-1 [\d.]+ \+ start$/);
  expect(all[3]!.sum).toMatch(/^stop 30 \+ wait for db-0 to db-2 [\dms.]+ \+ start$/);
});

const job = (more: Record<string, unknown>) =>
  clusterOf(
    three,
    object("batch/v1", "Job", "etl/nightly", {
      spec: {
        backoffLimit: 6,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "main" }] } },
        ...more,
      },
      status: { active: 1, failed: 0 },
    }),
    pod("etl/nightly-x", "node-1", {
      labels: { "job-name": "nightly" },
      finalizers: ["batch.kubernetes.io/job-tracking"],
      owner: ownerRef("batch/v1", "Job", "etl/nightly"),
    }),
  );

test("a Job that replaces only what has failed: the stop, then the back-off", () => {
  const [only] = sums(job({ podReplacementPolicy: "Failed" }), ["node-1"]);
  expect(only!.sum).toBe("stop 30 + back-off 10 + start");
  expect(only!.seconds).toMatchObject({ stopSeconds: 30, backOffSeconds: 10 });
});

test("a Job that replaces what terminates: nothing had to be gone first, the back-off is all", () => {
  expect(sums(job({}), ["node-1"])[0]!.sum).toBe("back-off 10 + start");
});
