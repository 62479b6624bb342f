import { expect, test } from "vitest";
import {
  budget,
  clusterOf,
  deployment,
  nodes,
  object,
  ownerRef,
  pod,
  statefulSet,
} from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "budget-allows-nothing";
const two = nodes("node-1", "node-2");
const queue = (limits: Record<string, unknown>) =>
  clusterOf(two, statefulSet("data/queue", ["node-1", "node-2"]), budget("data/queue", limits));

test("as many needed as there ever are: 0 allowed, always, with what would help", () => {
  const [finding] = ofCluster(queue({ minAvailable: 2 }), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/queue",
    message: "2 healthy at best - 2 needed (minAvailable 2): 0 allowed, always",
  });
  expect(finding!.suggestions.map(({ commands }) => commands[0])).toEqual([
    "kubectl -n data scale statefulset queue --replicas=3",
    `kubectl -n data patch pdb queue -p '{"spec":{"minAvailable":1}}'`,
  ]);
  expect(besidePlan(queue({ minAvailable: 2 }), drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("a percentage shows how it was rounded", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"]),
    budget("shop/web", { minAvailable: "50%" }),
  );
  expect(ofCluster(cluster, rule)[0]).toMatchObject({
    message: "1 healthy at best - 1 needed (minAvailable 50%): 0 allowed, always",
  });
  expect(ofCluster(cluster, rule)[0]!.details[0]).toBe("minAvailable 50%: 50 % of 1 = 0.5, rounded up 1.");
});

test("maxUnavailable 0 suggests no replicas: it allows nothing of any number", () => {
  expect(ofCluster(queue({ maxUnavailable: 0 }), rule)[0]!.suggestions).toHaveLength(1);
});

test("an autoscaler that may scale up: at this scale, and from which on", () => {
  const cluster = clusterOf(
    two,
    deployment("shop/web", ["node-1"]),
    budget("shop/web", { minAvailable: "80%" }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", "shop/web", {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 1,
        maxReplicas: 10,
      },
    }),
  );
  const [finding] = ofCluster(cluster, rule);
  expect(finding!.message).toBe("1 healthy at best - 1 needed (minAvailable 80%): 0 allowed at this scale");
  expect(finding!.details.at(-1)).toBe(
    "HorizontalPodAutoscaler shop/web keeps 1 to 10 replicas: from 5 on, 5 - 4 = 1 allowed.",
  );
});

test("an operator's pods: as things are, as it may lift the budget", () => {
  const owner = ownerRef("longhorn.io/v1beta2", "InstanceManager", "longhorn-system/im");
  const cluster = clusterOf(
    two,
    pod("longhorn-system/im-0", "node-1", { labels: { app: "im" }, owner }),
    budget("longhorn-system/im", { minAvailable: "100%" }),
  );
  expect(ofCluster(cluster, rule)[0]!.message).toBe(
    "1 healthy at best - 1 needed (minAvailable 100%): 0 allowed as things are",
  );
});

test("near misses: one to spare, none Ready at the moment, past the budget, on a node that stays", () => {
  expect(ofCluster(queue({ minAvailable: 1 }), rule)).toEqual([]);
  const unready = clusterOf(
    two,
    statefulSet("data/queue", ["node-1", "node-2"], { isReady: false }),
    budget("data/queue", { minAvailable: 1 }),
  );
  expect(ofCluster(unready, rule)).toEqual([]);
  expect(
    besidePlan(queue({ minAvailable: 2 }), drainOf(["node-1"], { disableEviction: true }), rule),
  ).toEqual([]);
  const elsewhere = clusterOf(
    two,
    statefulSet("data/queue", ["node-2"]),
    budget("data/queue", { minAvailable: 1 }),
  );
  expect(besidePlan(elsewhere, drainOf(["node-1"]), rule)).toEqual([]);
});

test("another drainer may go about a refusal otherwise: only the refusal is told", () => {
  const plan = { ...drainOf(["node-1"]), drainer: "karpenter" as const };
  expect(besidePlan(queue({ minAvailable: 2 }), plan, rule)[0]!.details[0]).toBe(
    "Every eviction on node-1 is refused with 429 for as long as that is so.",
  );
});
