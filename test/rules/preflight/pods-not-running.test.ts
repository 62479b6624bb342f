import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, nodes, object, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "pods-not-running";
const clock = object("v1", "Event", "ops/now", { reason: "Now", lastTimestamp: "2026-11-20T13:00:00Z" });

function waiting(ref: string, reason: string, since = "2026-11-20T12:00:00Z"): ApiObject {
  const base = pod(ref, "node-1", { isReady: false });
  return {
    ...base,
    metadata: { ...(base["metadata"] as ApiObject), creationTimestamp: since },
    status: {
      phase: "Pending",
      containerStatuses: [{ name: "main", ready: false, restartCount: 7, state: { waiting: { reason } } }],
    },
  };
}

function unscheduled(ref: string): ApiObject {
  const message = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: none.";
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  return { ...pod(ref, ""), status: { phase: "Pending", conditions } };
}

test("a crash loop, with how often it was restarted", () => {
  const cluster = clusterOf(nodes("node-1"), clock, waiting("shop/web", "CrashLoopBackOff"));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "shop/web",
      message: "1 pod CrashLoopBackOff",
      details: ["shop/web.", "shop/web has been restarted 7 times."],
    },
  ]);
});

test("a pod without a node is of interest to every drain: it competes for room", () => {
  const cluster = clusterOf(nodes("node-1"), deployment("shop/web", ["node-1"]), unscheduled("etl/big"));
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)).toMatchObject([
    {
      subject: "etl/big",
      message: "1 pod Pending without a node",
      details: ["etl/big.", "The scheduler says: 1 Insufficient cpu."],
    },
  ]);
});

test("many workloads in the same trouble are one finding", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const cluster = clusterOf(
    nodes("node-1"),
    names.map((name) => unscheduled(`etl/${name}`)),
  );
  const findings = ofCluster(cluster, rule);
  expect(findings).toMatchObject([{ subject: "6 workloads", message: "6 pods Pending without a node" }]);
  expect(findings[0]!.details.at(-1)).toBe("Also of etl/f.");
});

test("a failed pod is a note: a drain deletes it and its logs", () => {
  const failed = { ...pod("shop/old", "node-1"), status: { phase: "Failed", reason: "Evicted" } };
  expect(ofCluster(clusterOf(nodes("node-1"), failed), rule)).toMatchObject([
    { severity: "info", message: "1 pod Evicted: a drain deletes it and its logs" },
  ]);
});

test("near misses: Ready, on a node that is not, ended well, or started less than five minutes ago", () => {
  expect(ofCluster(clusterOf(nodes("node-1"), deployment("shop/web", ["node-1"])), rule)).toEqual([]);
  const lost = deployment("shop/web", ["node-1"], { isReady: false });
  expect(ofCluster(clusterOf(node("node-1"), clock, lost), rule)).toHaveLength(1);
  expect(ofCluster(clusterOf(node("node-1", { isReady: false }), clock, lost), rule)).toEqual([]);
  const ended = { ...pod("etl/done", "node-1"), status: { phase: "Succeeded" } };
  expect(ofCluster(clusterOf(nodes("node-1"), ended), rule)).toEqual([]);
  const starting = (since: string) =>
    ofCluster(clusterOf(node("node-1"), clock, waiting("shop/web", "ContainerCreating", since)), rule);
  expect(starting("2026-11-20T12:55:30Z")).toEqual([]);
  expect(starting("2026-11-20T12:54:30Z")).toHaveLength(1);
});
