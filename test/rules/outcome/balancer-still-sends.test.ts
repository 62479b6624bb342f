import { expect, test } from "vitest";
import { noAssumptions } from "../../../src/plan/assumptions.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { applyEdit } from "../../../src/planner/apply-edit.ts";
import { type ApiObject, clusterOf, deployment, nodes, service, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const rule = "balancer-still-sends";
const local = { type: "LoadBalancer", externalTrafficPolicy: "Local" };

/** `web` on two nodes behind a balancer; its pods need so many seconds to stop. */
function shop(graceSeconds: number, spec: ApiObject = local) {
  return clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("shop/web", ["node-1", "node-2"], {
      spec: { terminationGracePeriodSeconds: graceSeconds },
    }),
    service("shop/web", undefined, spec),
  );
}

const assumptions = { ...noAssumptions, loadBalancer: { interval: 10_000, threshold: 3 } };
const plan = (more: Partial<Plan> = {}): Plan => ({ ...drainOf(["node-1"]), assumptions, ...more });

test("the last pod of a node goes sooner than the balancer notices", () => {
  const { verdict, trace } = rehearse(shop(10), plan());
  const [finding, ...others] = findingsOf(verdict, rule);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "shop/web",
    message:
      "20 s of connections to node-1 fail = 10 s × 3 until the balancer notices - 10 s in which shop/web-0 still serves (externalTrafficPolicy Local)",
    data: { service: "shop/web", nodes: ["node-1"], noticeSeconds: 30 },
  });
  const told = trace.events[finding!.events[0]!];
  expect(told).toMatchObject({ kind: "pod.terminating", time: finding!.at });
});

test("its suggestion, rehearsed, does away with it", () => {
  const cluster = shop(10);
  const [finding] = findingsOf(rehearse(cluster, plan()).verdict, rule);
  const edited = applyEdit(cluster, plan(), finding!.suggestions[0]!.edit);
  expect(findingsOf(rehearse(cluster, edited!).verdict, rule)).toEqual([]);
});

test("before 1.26 nothing is served by pods that terminate", () => {
  const old = { ...shop(10), version: "v1.25.3" };
  const [finding] = findingsOf(rehearse(old, plan()).verdict, rule);
  expect(finding!.message).toBe(
    "30 s of connections to node-1 fail = 10 s × 3 until the balancer notices (externalTrafficPolicy Local)",
  );
});

test.each([
  ["pods that stop later than the balancer notices", shop(60), plan()],
  ["externalTrafficPolicy Cluster", shop(10, { type: "LoadBalancer" }), plan()],
  ["no balancer in front", shop(10, { type: "ClusterIP" }), plan()],
  ["a drainer that takes the node out first", shop(10), plan({ drainer: "eks" })],
  ["nothing is said of balancers", shop(10), plan({ assumptions: noAssumptions })],
])("near miss: %s", (_, cluster, near) => {
  expect(findingsOf(rehearse(cluster, near).verdict, rule)).toEqual([]);
});

test("what is not given is an unknown that is said", () => {
  const { verdict } = rehearse(shop(10), plan({ assumptions: noAssumptions }));
  expect(verdict.unknown.join("\n")).toContain(
    "how soon the balancer of shop/web notices that a node has no pod any more",
  );
  expect(rehearse(shop(10), plan()).verdict.unknown.join("\n")).not.toContain("how soon");
});

test("a rolling restart that leaves the node with a Ready pod is no departure", () => {
  const restart = { kind: "restartWorkload", name: "restart", workload: "shop/Deployment/web" } as const;
  const one = clusterOf(
    nodes("node-1"),
    deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: 1 } }),
    service("shop/web", undefined, local),
  );
  expect(findingsOf(rehearse(one, planOf([restart], { assumptions })).verdict, rule)).toEqual([]);
});

test("a pod that comes back to its node ends the gap", () => {
  const one = clusterOf(
    nodes("node-1"),
    statefulSet("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: 1 } }),
    service("shop/web", undefined, local),
  );
  const restart = { kind: "restartWorkload", name: "restart", workload: "shop/StatefulSet/web" } as const;
  const slow = { ...assumptions, loadBalancer: { interval: 60_000, threshold: 10 } };
  const { verdict, trace } = rehearse(one, planOf([restart], { assumptions: slow }));
  expect(findingsOf(verdict, rule)[0]!.message).toMatch(
    /^\S+ s of connections to node-1 fail = \S+ s until it has a Ready pod again - 1 s in which/,
  );
  expect(trace.header.assumptions).toContainEqual({
    what: "balancer notices",
    subject: "",
    millis: 600_000,
    origin: "plan",
    detail: "assumptions",
  });
});
