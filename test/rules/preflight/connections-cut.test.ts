import { expect, test } from "vitest";
import { fixed, fromPercentiles, noAssumptions, type Duration } from "../../../src/plan/assumptions.ts";
import type { DrainOptions } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "connections-cut";
const container = {
  name: "main",
  image: "main",
  lifecycle: { preStop: { sleep: { seconds: 10 } } },
};
const cluster = clusterOf(
  nodes("node-1", "node-2"),
  deployment("shop/web", ["node-1"], {
    spec: { terminationGracePeriodSeconds: 30, containers: [container] },
  }),
);

function found(connections: Duration | undefined, options: Partial<DrainOptions> = {}) {
  const workloads = connections ? { "shop/Deployment/web": { connections } } : {};
  return besidePlan(
    cluster,
    { ...drainOf(["node-1"], options), assumptions: { ...noAssumptions, workloads } },
    rule,
  );
}

test("clients that hold connections for longer than the grace period, preStop and all", () => {
  const [finding, ...others] = found(fixed(600_000));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/web",
    message:
      "clients hold connections for 10m00s and 1 pod has 30 s to stop (grace period, 10 s of it preStop): 9m30s too short",
    details: ["shop/web-0 on node-1: what is open when that time is over is cut."],
    data: { heldSeconds: 600, graceSeconds: 30, preStopSeconds: 10 },
  });
  expect(finding!.suggestions[0]!.edit).toMatchObject({
    kind: "before",
    steps: [
      {
        kind: "patch",
        object: "shop/Deployment/web",
        set: { template: { spec: { terminationGracePeriodSeconds: 600 } } },
      },
      { kind: "gate", until: [{ kind: "workloadReady", workload: "shop/Deployment/web" }] },
    ],
  });
});

test("of percentiles the longest counts, and --grace-period is what a pod gets", () => {
  expect(found(fromPercentiles(10_000, 60_000))[0]!.data).toMatchObject({ heldSeconds: 60 });
  const [finding] = found(fixed(20_000), { gracePeriod: 5 });
  expect(finding!.message).toBe(
    "clients hold connections for 20 s and 1 pod has 5 s to stop (--grace-period=5, 10 s of it preStop): 15 s too short",
  );
  expect(finding!.suggestions).toEqual([]);
});

test("near misses: time enough, and nobody says how long connections last", () => {
  expect(found(fixed(30_000))).toEqual([]);
  expect(found(undefined)).toEqual([]);
});
