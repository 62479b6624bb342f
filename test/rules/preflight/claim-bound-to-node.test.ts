import { expect, test } from "vitest";
import { type ApiObject, budget, clusterOf, nodes, object, pod, statefulSet } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, removalOf } from "../../support/rehearse.ts";

const rule = "claim-bound-to-node";
const mounted = { spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } };

function disk(key: string, values: readonly string[]): ApiObject[] {
  const terms = [{ matchExpressions: [{ key, operator: "In", values }] }];
  return [
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
        local: { path: "/mnt/disks/1" },
        claimRef: { namespace: "data", name: "data" },
        nodeAffinity: { required: { nodeSelectorTerms: terms } },
      },
      status: { phase: "Bound" },
    }),
  ];
}

const local = disk("kubernetes.io/hostname", ["node-1"]);

test("a local disk: its pod is Pending until the uncordon, in the scheduler's words, and its budget counts it", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    statefulSet("data/db", ["node-1"], mounted),
    local,
    budget("data/db", { maxUnavailable: 1 }),
  );
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/StatefulSet/db",
    message:
      "volume pv-1 (10.0 Gi, local) is on node-1 only: 1 pod Pending from the eviction until the uncordon",
  });
  expect(finding!.details.slice(1)).toEqual([
    "The scheduler says: node(s) didn't match PersistentVolume's node affinity.",
    "Meanwhile budget data/db counts it as away: the drain of the next node may wait for this one.",
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("near misses: reachable from two nodes, a pod that nobody makes again, a cluster of one node", () => {
  const shared = disk("kubernetes.io/hostname", ["node-1", "node-2"]);
  const db = statefulSet("data/db", ["node-1"], mounted);
  expect(ofCluster(clusterOf(nodes("node-1", "node-2"), db, shared), rule)).toEqual([]);
  const bare = pod("data/db", "node-1", mounted);
  expect(ofCluster(clusterOf(nodes("node-1", "node-2"), bare, local), rule)).toEqual([]);
  expect(ofCluster(clusterOf(nodes("node-1"), db, local), rule)).toEqual([]);
});

test("a node that the plan deletes takes the only way to the disk with it", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), statefulSet("data/db", ["node-1"], mounted), local);
  expect(besidePlan(cluster, removalOf(["node-1"]), rule)[0]).toMatchObject({
    message:
      "volume pv-1 (10.0 Gi, local) is on node-1 only: 1 pod Pending from the eviction on, as the plan deletes the node",
    details: [
      "data/db-0 waits for that disk, which no other node has; nothing is lost while its disk is not.",
      "The scheduler says: node(s) didn't match PersistentVolume's node affinity.",
    ],
  });
});
