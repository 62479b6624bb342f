import { expect, test } from "vitest";
import { clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "grace-cut";
const asking = (seconds: number) => ({ spec: { terminationGracePeriodSeconds: seconds } });
const cluster = clusterOf(
  nodes("node-1", "node-2"),
  deployment("shop/web", ["node-1"], asking(30)),
  deployment("data/queue", ["node-1"], asking(120)),
);

test("--grace-period below what pods ask for: one finding a node, the longest first", () => {
  const [finding, ...others] = besidePlan(cluster, drainOf(["node-1"], { gracePeriod: 10 }), rule);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-1",
    message:
      "--grace-period=10 gives 2 pods 10 s to end, and they ask for up to 120 s: killed if not done by then",
    details: ["data/queue-0 (120 s) and shop/web-0 (30 s)."],
  });
  expect(finding!.suggestions[0]!.edit).toEqual({ kind: "drain", options: { gracePeriod: -1 } });
});

test("0 deletes without a kubelet's word", () => {
  const [finding] = besidePlan(cluster, drainOf(["node-1"], { gracePeriod: 0 }), rule);
  expect(finding!.details[1]).toBe("0 deletes at once: no kubelet has confirmed that the pod ended.");
});

test("near misses: as long as the longest asks for, or the pods' own", () => {
  expect(besidePlan(cluster, drainOf(["node-1"], { gracePeriod: 120 }), rule)).toEqual([]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toEqual([]);
});
