import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "long-grace";
const asking = (seconds: number) =>
  clusterOf(
    nodes("node-1", "node-2"),
    deployment("edge/router", ["node-1"], { spec: { terminationGracePeriodSeconds: seconds } }),
  );

test("an hour to end: a drain may wait as long", () => {
  expect(ofCluster(asking(3600), rule)).toMatchObject([
    {
      severity: "info",
      subject: "edge/Deployment/router",
      message: "terminationGracePeriodSeconds 3600: a drain may wait up to 1h00m for 1 pod",
    },
  ]);
});

test("near misses: a second less than ten minutes, or a --grace-period that cuts it", () => {
  expect(ofCluster(asking(600), rule)).toHaveLength(1);
  expect(ofCluster(asking(599), rule)).toEqual([]);
  expect(besidePlan(asking(3600), drainOf(["node-1"], { gracePeriod: 30 }), rule)).toEqual([]);
});

test("near miss: another drainer, which does not wait that long", () => {
  const plan = { ...drainOf(["node-1"]), drainer: "karpenter" as const };
  expect(besidePlan(asking(3600), plan, rule)).toEqual([]);
});
