import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, object, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "bare-pod";

test("a pod without a controller: kubectl asks for --force, and how to keep what it was", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), pod("ops/debug", "node-1"));
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "ops/debug",
    message: "1 pod without a controller: kubectl asks for --force, which deletes it for good",
    details: ["On node-1: ops/debug."],
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    "kubectl -n ops get pod debug -o yaml > ops-debug.yaml",
  ]);
});

test("with --force nothing creates it again", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), pod("ops/a", "node-1"), pod("ops/b", "node-1"));
  expect(besidePlan(cluster, drainOf(["node-1"], { force: true }), rule)).toMatchObject([
    {
      subject: "ops",
      message: "2 pods without a controller: --force deletes them, and nothing creates them again",
    },
  ]);
});

test("an owner that is no controller may make it anew: unknown is said", () => {
  const owners = [
    { apiVersion: "operators.coreos.com/v1alpha1", kind: "CatalogSource", name: "a", uid: "c" },
  ];
  const owned = {
    ...pod("market/a", "node-1"),
    metadata: { name: "a", namespace: "market", ownerReferences: owners },
  };
  const [finding] = ofCluster(clusterOf(nodes("node-1"), owned), rule);
  expect(finding!.message).toBe(
    "1 pod without a controller, though with an owner (CatalogSource): kubectl asks for --force to delete it, and whether the owner makes it anew is not known here",
  );
  expect(finding!.suggestions).toEqual([]);
});

test("near misses: a controller, an end, a deletion that is under way, another node", () => {
  const owned = clusterOf(nodes("node-1"), deployment("ops/debug", ["node-1"]));
  expect(ofCluster(owned, rule)).toEqual([]);
  const ended = { ...pod("ops/debug", "node-1"), status: { phase: "Succeeded" } };
  expect(ofCluster(clusterOf(nodes("node-1"), ended), rule)).toEqual([]);
  const going = object("v1", "Pod", "ops/debug", {
    spec: { nodeName: "node-1", containers: [{ name: "a" }] },
  });
  const metadata = { ...(going["metadata"] as object), deletionTimestamp: "2026-11-20T12:00:00Z" };
  expect(ofCluster(clusterOf(nodes("node-1"), { ...going, metadata }), rule)).toEqual([]);
  const elsewhere = clusterOf(nodes("node-1", "node-2"), pod("ops/debug", "node-2"));
  expect(besidePlan(elsewhere, drainOf(["node-1"], { force: true }), rule)).toEqual([]);
});

test("another drainer asks for no flag", () => {
  const cluster = clusterOf(nodes("node-1", "node-2"), pod("ops/a", "node-1"));
  const plan = { ...drainOf(["node-1"]), drainer: "karpenter" as const };
  expect(besidePlan(cluster, plan, rule)[0]!.message).toBe(
    "1 pod without a controller: the drain deletes it, and nothing creates it again",
  );
});
