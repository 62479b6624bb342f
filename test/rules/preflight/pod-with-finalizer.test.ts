import { expect, test } from "vitest";
import { type ApiObject, clusterOf, nodes, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "pod-with-finalizer";
const held = pod("shop/held", "node-1", { finalizers: ["example.com/hold"] });

test("a finalizer that only its owner takes off: the pod stays, and kubectl waits", () => {
  const [finding] = ofCluster(clusterOf(nodes("node-1"), held), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/held",
    message: "1 pod stays Terminating until finalizer example.com/hold is taken off: kubectl waits for it",
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    "kubectl -n shop get pod held -o jsonpath='{.metadata.finalizers}'",
  ]);
});

test("one that is Terminating already is waited for as well", () => {
  const metadata = { ...(held["metadata"] as ApiObject), deletionTimestamp: "2026-11-20T12:00:00Z" };
  const cluster = clusterOf(nodes("node-1", "node-2"), { ...held, metadata });
  expect(besidePlan(cluster, drainOf(["node-1"], { force: true }), rule)).toHaveLength(1);
});

test("near misses: the Job controller takes its own off; the pod is on another node", () => {
  const tracked = pod("etl/x", "node-1", { finalizers: ["batch.kubernetes.io/job-tracking"] });
  expect(ofCluster(clusterOf(nodes("node-1"), tracked), rule)).toEqual([]);
  const cluster = clusterOf(nodes("node-1", "node-2"), held);
  expect(besidePlan(cluster, drainOf(["node-2"], { force: true }), rule)).toEqual([]);
});
