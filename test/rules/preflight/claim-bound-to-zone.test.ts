import { expect, test } from "vitest";
import {
  type ApiObject,
  clusterOf,
  deployment,
  node,
  object,
  pod,
  statefulSet,
} from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, removalOf } from "../../support/rehearse.ts";

const rule = "claim-bound-to-zone";
const zone = "topology.kubernetes.io/zone";
const mounted = { spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } };

const disk: readonly ApiObject[] = [
  object("v1", "PersistentVolumeClaim", "data/data", {
    spec: {
      volumeName: "pv-1",
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "10Gi" } },
    },
    status: { phase: "Bound" },
  }),
  object("v1", "PersistentVolume", "pv-1", {
    spec: {
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce"],
      csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" },
      claimRef: { namespace: "data", name: "data" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: "In", values: ["a"] }] }],
        },
      },
    },
    status: { phase: "Bound" },
  }),
];

const db = statefulSet("data/db", ["node-1"], mounted);

test("the only node of the zone: Pending until the uncordon", () => {
  const cluster = clusterOf(node("node-1"), node("node-2", { zone: "b" }), db, disk);
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "data/StatefulSet/db",
      message:
        "its volume is in zone a, and no node there but node-1 can take it: 1 pod Pending from the eviction until the uncordon",
    },
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("another node of the zone that is full, and nobody there gives way", () => {
  const full = deployment("shop/web", ["node-3"], { cpu: "3950m" });
  const cluster = clusterOf(node("node-1"), node("node-2", { zone: "b" }), node("node-3"), db, disk, full);
  expect(ofCluster(cluster, rule)[0]).toMatchObject({
    severity: "warning",
    message:
      "its volume is in zone a, and node-3 has no room for it by requests: 1 pod Pending from the eviction until the uncordon",
  });
});

test("near miss: pods of lower priority would give way there", () => {
  const cluster = clusterOf(
    node("node-1"),
    node("node-3"),
    object("scheduling.k8s.io/v1", "PriorityClass", "low", { value: -5 }),
    db,
    disk,
    deployment("shop/web", ["node-3"], { cpu: "3950m", spec: { priorityClassName: "low", priority: -5 } }),
  );
  expect(ofCluster(cluster, rule).map(({ severity }) => severity)).toEqual(["info"]);
});

test("near miss: it can move inside its zone; that is only counted", () => {
  const cluster = clusterOf(node("node-1"), node("node-2", { zone: "b" }), node("node-3"), db, disk);
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "info",
      subject: "zone a",
      message: "1 pod can move, but only to a node of the zone that its volume is in",
      details: ["a: data/db-0; to node-3."],
    },
  ]);
});

test("near miss: nobody makes a bare pod again", () => {
  const bare = pod("data/db", "node-1", mounted);
  expect(ofCluster(clusterOf(node("node-1"), node("node-2", { zone: "b" }), bare, disk), rule)).toEqual([]);
});

test("a node that the plan deletes is never uncordoned", () => {
  const cluster = clusterOf(node("node-1"), node("node-2", { zone: "b" }), db, disk);
  expect(besidePlan(cluster, removalOf(["node-1"]), rule)[0]!.message).toMatch(
    /: 1 pod Pending from the eviction until a suitable node joins$/,
  );
});
