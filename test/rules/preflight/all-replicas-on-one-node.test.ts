import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, pod, service } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "all-replicas-on-one-node";
const three = nodes("node-1", "node-2", "node-3");

test("both replicas on one node: which, who serves from them, and that a drain takes both", () => {
  const cluster = clusterOf(
    three,
    deployment("shop/web", ["node-1", "node-1"]),
    service("shop/web"),
    budget("shop/other", { minAvailable: 1 }),
  );
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/Deployment/web",
    message: "both pods (2 Ready) are on node-1",
    details: [
      "No budget makes them leave in turns: a drain tells all of them to go at once.",
      "They are behind Service web.",
      "2 other nodes could take them by selector, taints and volumes.",
    ],
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    "kubectl -n shop rollout restart deployment web",
    "kubectl -n shop rollout status deployment web",
  ]);
});

test("cluster DNS says what stands still without it", () => {
  const cluster = clusterOf(
    three,
    deployment("kube-system/coredns", ["node-1", "node-1"], { labels: { "k8s-app": "kube-dns" } }),
  );
  expect(ofCluster(cluster, rule)[0]!.message).toBe(
    "both pods (2 Ready) are on node-1; this is cluster DNS: without it no name resolves in the cluster",
  );
});

test("a budget that allows one at a time says so; one that allows both does not make them take turns", () => {
  const withBudget = (limits: Record<string, unknown>) =>
    ofCluster(
      clusterOf(three, deployment("shop/web", ["node-1", "node-1"]), budget("shop/web", limits)),
      rule,
    )[0]!.details[0];
  expect(withBudget({ maxUnavailable: 1 })).toBe(
    "Budget shop/web allows 1 at a time; a crash of the node asks no budget.",
  );
  expect(withBudget({ maxUnavailable: 2 })).toBe("Budget shop/web allows 2 at a time: all of them at once.");
});

test("budgets not given are not called none", () => {
  const cluster = clusterOf(three, deployment("shop/web", ["node-1", "node-1"]));
  expect(ofCluster(cluster, rule)[0]!.details[0]).toBe(
    "Whether a budget makes them leave in turns is not known: the input has no budgets.",
  );
});

test("beside a plan it is a note, and its suggestion can be rehearsed", () => {
  const cluster = clusterOf(three, deployment("shop/web", ["node-1", "node-1"]));
  const [finding] = besidePlan(cluster, drainOf(["node-1"]), rule);
  expect(finding).toMatchObject({ severity: "info", suggestions: [{ edit: { kind: "beforeDrain" } }] });
});

test("near misses: on two nodes, only one replica, or one other that has ended", () => {
  const at = (...on: readonly string[]) => clusterOf(three, deployment("shop/web", on));
  expect(ofCluster(at("node-1", "node-2"), rule)).toEqual([]);
  expect(ofCluster(at("node-1"), rule)).toEqual([]);
  const evicted = clusterOf(
    three,
    deployment("shop/web", ["node-1"]),
    ended("shop/web-old", "node-1", "web"),
  );
  expect(ofCluster(evicted, rule)).toEqual([]);
});

test("near miss: no other node would take them", () => {
  const cluster = clusterOf(
    three,
    deployment("shop/web", ["node-1", "node-1"], {
      spec: { nodeSelector: { "kubernetes.io/hostname": "node-1" } },
    }),
  );
  expect(ofCluster(cluster, rule)).toEqual([]);
});

/** A pod of a Deployment that its kubelet evicted: it has ended and is still listed. */
function ended(ref: string, node: string, app: string): Record<string, unknown> {
  const owner = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: `${app}-abc`,
    uid: `ReplicaSet-shop/${app}-abc`,
  };
  return { ...pod(ref, node, { labels: { app }, owner }), status: { phase: "Failed", reason: "Evicted" } };
}
