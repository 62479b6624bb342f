import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "status-disagrees";

function recorded(healthy: number, desired: number, allowed: number, expected: number) {
  const status = {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: 1,
  };
  return { ...budget("shop/web", { minAvailable: 1 }), status };
}

const web = deployment("shop/web", ["node-1", "node-2"]);
const two = nodes("node-1", "node-2");

test("another allowance than the pods give: both are shown, as the real API server goes by the status", () => {
  expect(ofCluster(clusterOf(two, web, recorded(3, 1, 2, 3)), rule)).toMatchObject([
    {
      severity: "warning",
      subject: "shop/web",
      message:
        "recorded: 3 healthy, 1 needed, 2 allowed, 3 expected; its pods say: 2 healthy, 1 needed, 1 allowed, 2 expected",
      details: [
        "1 expected pod more than here: does the snapshot lack pods, or is it older than the status?",
        "The rehearsal goes by the pods. Look again before the drain: kubectl get pdb -A",
      ],
    },
  ]);
});

test("none of its pods in the input: what is said of it is not worth much", () => {
  const other = deployment("shop/api", ["node-1"]);
  expect(ofCluster(clusterOf(two, other, recorded(3, 1, 2, 3)), rule)[0]!.message).toBe(
    "recorded: 3 pods expected, 3 healthy; the input has none of them: what is said of this budget is not worth much",
  );
});

test("the same allowance from other numbers is a note", () => {
  const four = deployment("shop/web", ["node-1", "node-1", "node-2", "node-2"]);
  expect(ofCluster(clusterOf(two, four, recorded(4, 1, 3, 5)), rule)[0]).toMatchObject({ severity: "info" });
});

test("near misses: the same numbers, no status, or not touched by the drain", () => {
  expect(ofCluster(clusterOf(two, web, recorded(2, 1, 1, 2)), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, web, budget("shop/web", { minAvailable: 1 })), rule)).toEqual([]);
  const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), web, recorded(3, 1, 2, 3));
  expect(besidePlan(cluster, drainOf(["node-3"]), rule)).toEqual([]);
});
