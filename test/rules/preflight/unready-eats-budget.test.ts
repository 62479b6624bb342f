import { expect, test } from "vitest";
import {
  type ApiObject,
  budget,
  deployment,
  nodes,
  ownerRef,
  pod,
  statefulSet,
} from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, snapshot } from "../../support/rehearse.ts";

const rule = "unready-eats-budget";

function halfReady(limits: ApiObject, version = "v1.33.4", isReady = false) {
  const [web, set, first] = deployment("shop/web", ["node-1"], { replicas: 2 }) as [
    ApiObject,
    ApiObject,
    ApiObject,
  ];
  const second = pod("shop/web-1", "node-2", {
    labels: { app: "web" },
    owner: ownerRef("apps/v1", "ReplicaSet", "shop/web-abc"),
    isReady,
  });
  const items = [...nodes("node-1", "node-2"), web, set, first, second, budget("shop/web", limits)];
  return snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }), { version });
}

test("one of two is not Ready: what the budget would allow is used up", () => {
  const [finding] = ofCluster(halfReady({ maxUnavailable: 1 }), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/web",
    message: "1 healthy - 1 needed (maxUnavailable 1): 0 allowed; 1 of its 2 pods is not Ready",
    details: [
      "Not Ready: shop/web-1. With every replica Ready, 1 would be allowed.",
      "These may be evicted, as 1 healthy >= 1 needed (unhealthyPodEvictionPolicy IfHealthyBudget).",
    ],
    suggestions: [],
  });
  expect(besidePlan(halfReady({ maxUnavailable: 1 }), drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
});

test("with fewer healthy than needed not even these may go; AlwaysAllow would let them, from 1.27 on", () => {
  const items = [
    ...nodes("node-1", "node-2"),
    ...statefulSet("data/queue", ["node-1", "node-2", "node-2"], { isReady: false }),
    budget("data/queue", { maxUnavailable: 1 }),
  ];
  const finding = (version: string) =>
    ofCluster(snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }), { version }), rule)[0]!;
  expect(finding("v1.33.4").details[1]).toBe(
    "Not even these may be evicted: 0 healthy < 2 needed (unhealthyPodEvictionPolicy IfHealthyBudget).",
  );
  const first = (version: string) => finding(version).suggestions[0]!.commands[0];
  expect(first("v1.33.4")).toBe(
    `kubectl -n data patch pdb queue -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'`,
  );
  expect(first("v1.26.0")).toBe("kubectl -n data delete pod queue-0");
});

test("near misses: both Ready; nothing allowed even at best; past the budget", () => {
  expect(ofCluster(halfReady({ maxUnavailable: 1 }, "v1.33.4", true), rule)).toEqual([]);
  expect(ofCluster(halfReady({ minAvailable: 2 }), rule)).toEqual([]);
  const past = drainOf(["node-1"], { disableEviction: true });
  expect(besidePlan(halfReady({ maxUnavailable: 1 }), past, rule)).toEqual([]);
});
