import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "budgets-overlap";
const web = deployment("shop/web", ["node-1", "node-2", "node-2"]);
const two = nodes("node-1", "node-2");

test("two budgets over one pod: 500, which kubectl does not retry", () => {
  const cluster = clusterOf(
    two,
    web,
    budget("shop/web", { minAvailable: 1 }),
    budget("shop/also", { minAvailable: 1 }, "web"),
  );
  const [finding] = ofCluster(cluster, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/Deployment/web",
    message: "2 budgets select it (shop/web and shop/also): evicting 3 pods is answered with 500",
  });
  expect(finding!.details[2]).toContain("more than one PodDisruptionBudget");
  expect(finding!.suggestions.map(({ commands }) => commands[0])).toEqual([
    `kubectl -n shop patch pdb also -p '{"spec":{"selector":null}}'`,
    `kubectl -n shop patch pdb web -p '{"spec":{"selector":null}}'`,
  ]);
});

test("near misses: another namespace, other pods, a pod that is Pending, past the budgets", () => {
  const other = clusterOf(
    two,
    web,
    budget("shop/web", { minAvailable: 1 }),
    budget("pay/web", { minAvailable: 1 }),
  );
  expect(ofCluster(other, rule)).toEqual([]);
  const apart = clusterOf(
    two,
    web,
    budget("shop/web", { minAvailable: 1 }),
    budget("shop/api", { minAvailable: 1 }),
  );
  expect(ofCluster(apart, rule)).toEqual([]);
  const pending = {
    ...pod("shop/web-9", "node-1", { labels: { app: "web" } }),
    status: { phase: "Pending" },
  };
  const both = [budget("shop/web", { minAvailable: 1 }), budget("shop/also", { minAvailable: 1 }, "web")];
  expect(ofCluster(clusterOf(two, pending, both), rule)).toEqual([]);
  const past = drainOf(["node-1"], { disableEviction: true });
  expect(besidePlan(clusterOf(two, web, both), past, rule)).toEqual([]);
});
