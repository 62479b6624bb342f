import { expect, test } from "vitest";
import { type ApiObject, clusterOf, deployment, node, object, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "recent-trouble";
const now = "2026-11-20T13:00:00Z";

function event(reason: string, kind: string, ref: string, more: ApiObject = {}): ApiObject {
  const [namespace, name] = ref.includes("/") ? ref.split("/") : ["", ref];
  return object("v1", "Event", `ops/${reason}-${name}`, {
    reason,
    type: "Warning",
    message: "as the kubelet says",
    involvedObject: { kind, namespace, name },
    lastTimestamp: now,
    count: 1,
    ...more,
  });
}

test("a volume that did not attach: not now", () => {
  const cluster = clusterOf(
    node("node-1"),
    deployment("data/db", ["node-1"]),
    event("FailedAttachVolume", "Pod", "data/db-0", { count: 3 }),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "data/db-0",
      message:
        "FailedAttachVolume: a volume could not be attached, last as the snapshot was taken (3 times in all): not now",
      details: ["The last, data/db-0: as the kubelet says"],
    },
  ]);
});

test("a node that became Ready again within the hour", () => {
  const flapped = node("node-1");
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime: "2026-11-20T12:40:00Z" }];
  const cluster = clusterOf(
    { ...flapped, status: { ...(flapped["status"] as ApiObject), conditions } },
    event("Now", "Node", "node-1"),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "node-1",
      message: "NodeReadyChanged: a node became Ready again, last 20m00s before the snapshot: not now",
    },
  ]);
});

test("a container that was killed for memory", () => {
  const base = pod("shop/web", "node-1");
  const lastState = {
    terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "2026-11-20T12:50:00Z" },
  };
  const containerStatuses = [
    {
      name: "main",
      ready: true,
      restartCount: 1,
      state: { running: { startedAt: "2026-11-20T12:50:01Z" } },
      lastState,
    },
  ];
  const cluster = clusterOf(node("node-1"), {
    ...base,
    status: { ...(base["status"] as ApiObject), containerStatuses },
  });
  expect(ofCluster(cluster, rule)[0]).toMatchObject({
    severity: "warning",
    subject: "shop/web",
    details: ["The last, shop/web: container main, exit code 137"],
  });
});

test("what a start may go through is over once the pod is Ready: a note", () => {
  const cluster = clusterOf(
    node("node-1"),
    deployment("shop/web", ["node-1"]),
    event("FailedScheduling", "Pod", "shop/web-0"),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "info",
      message: "FailedScheduling: no node was found for a pod, last as the snapshot was taken: over by now",
    },
  ]);
});

test("near misses: more than an hour ago, no trouble, about a pod that stays where it is", () => {
  const web = deployment("shop/web", ["node-1"]);
  const old = event("FailedAttachVolume", "Pod", "shop/web-0", { lastTimestamp: "2026-11-20T11:59:59Z" });
  const started = event("Started", "Pod", "shop/web-0");
  const message = "Cancelling deletion of Pod shop/web-0";
  const takenBack = event("TaintManagerEviction", "Pod", "shop/web-0", { message });
  expect(ofCluster(clusterOf(node("node-1"), web, old, started, takenBack), rule)).toEqual([]);
  const elsewhere = clusterOf(node("node-1"), node("node-2"), web, event("FailedMount", "Pod", "shop/web-0"));
  expect(besidePlan(elsewhere, drainOf(["node-2"]), rule)).toEqual([]);
});
