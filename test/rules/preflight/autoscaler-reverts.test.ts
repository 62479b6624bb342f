import { expect, test } from "vitest";
import type { Step } from "../../../src/plan/plan.ts";
import { clusterOf, deployment, nodes, object } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { planOf } from "../../support/rehearse.ts";

const rule = "autoscaler-reverts";

function autoscaled(minReplicas: number, maxReplicas: number) {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  return clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-2"]),
    object("autoscaling/v2", "HorizontalPodAutoscaler", "shop/web", {
      spec: { scaleTargetRef, minReplicas, maxReplicas },
    }),
  );
}

const scale = (to: number): Step => ({
  kind: "scale",
  name: "scale",
  workload: "shop/Deployment/web",
  to,
  revert: false,
});

const minimum = (minReplicas: number): Step => ({
  kind: "patch",
  name: "minimum",
  object: "shop/HorizontalPodAutoscaler/web",
  set: { minReplicas },
  revert: true,
});

test("within its bounds it may set the number back; the suggestion moves its minimum first", () => {
  const [finding] = besidePlan(autoscaled(2, 6), planOf([scale(4)]), rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/Deployment/web",
    message:
      "scaled to 4, and HorizontalPodAutoscaler shop/web (2 to 6) may set it back, down after 5m00s by default",
  });
  expect(finding!.suggestions[0]!.commands).toEqual([
    `kubectl -n shop patch hpa web -p '{"spec":{"minReplicas":4}}'`,
  ]);
});

test("outside its bounds it certainly does; at 0 it stops working", () => {
  const message = (to: number) => besidePlan(autoscaled(2, 6), planOf([scale(to)]), rule)[0]!.message;
  expect(message(8)).toBe(
    "scaled to 8, and HorizontalPodAutoscaler shop/web (2 to 6) sets it to 6 within 15 s",
  );
  expect(message(1)).toBe(
    "scaled to 1, and HorizontalPodAutoscaler shop/web (2 to 6) sets it to 2 within 15 s",
  );
  expect(message(0)).toBe(
    "scaled to 0, HorizontalPodAutoscaler shop/web (2 to 6) does nothing until somebody scales it up again",
  );
});

test("near misses: the minimum is raised first, both bounds are at that number, no autoscaler is there", () => {
  expect(besidePlan(autoscaled(2, 6), planOf([minimum(4), scale(4)]), rule)).toEqual([]);
  expect(besidePlan(autoscaled(2, 2), planOf([scale(2)]), rule)).toEqual([]);
  const alone = clusterOf(nodes("node-1"), deployment("shop/web", ["node-1"]));
  expect(besidePlan(alone, planOf([scale(4)]), rule)).toEqual([]);
});

test("a minimum that is raised after the scale comes too late", () => {
  expect(besidePlan(autoscaled(2, 6), planOf([scale(4), minimum(4)]), rule)).toHaveLength(1);
});
