import { expect, test } from "vitest";
import { type BalancerAssumption, fixed, noAssumptions } from "../../../src/plan/assumptions.ts";
import { drainDefaults, type Plan, type Step } from "../../../src/plan/plan.ts";
import { applyEdit } from "../../../src/planner/apply-edit.ts";
import { type ApiObject, clusterOf, deployment, node, nodes, service } from "../../support/objects.ts";
import { findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const rule = "rebooted-while-target";
const on = { kind: "names", names: ["node-1"] } as const;
const excluded = "node.kubernetes.io/exclude-from-external-load-balancers";

const drain: Step = { kind: "drain", name: "drain", nodes: on, options: drainDefaults };
const reboot: Step = { kind: "reboot", name: "reboot", nodes: on, duration: fixed(180_000) };
const label: Step = { kind: "label", name: "label", nodes: on, labels: { [excluded]: "true" } };
const pause = (millis: number): Step => ({ kind: "wait", name: "pause", duration: fixed(millis) });

function shop(spec: ApiObject, labels: Readonly<Record<string, string>> = {}) {
  return clusterOf(
    node("node-1", { labels }),
    nodes("node-2", "node-3"),
    deployment("shop/web", ["node-1", "node-2"]),
    service("shop/web", undefined, spec),
  );
}

const checked: BalancerAssumption = { interval: 10_000, threshold: 3 };

function planned(steps: readonly Step[], loadBalancer?: BalancerAssumption): Plan {
  return planOf(steps, { assumptions: { ...noAssumptions, ...(loadBalancer ? { loadBalancer } : {}) } });
}

const anywhere = { type: "LoadBalancer" };
const local = { type: "LoadBalancer", externalTrafficPolicy: "Local" };

test("with Cluster every node is a target, drained or not", () => {
  const [finding, ...others] = findingsOf(
    rehearse(shop(anywhere), planned([drain, reboot], checked)).verdict,
    rule,
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "node-1",
    data: { services: ["shop/web"], lostSeconds: 30 },
  });
  expect(finding!.message).toMatch(
    /^restarts at 30\.?\d* s and the balancer of shop\/web sends there for 30 s \(10 s × 3\)$/,
  );
  expect(finding!.suggestions[0]!.commands[0]).toBe(`kubectl label node node-1 ${excluded}=true`);
});

test("its suggestion, rehearsed, does away with it", () => {
  const cluster = shop(anywhere);
  const plan = planned([drain, reboot], { ...checked, deregistration: 120_000 });
  const [finding] = findingsOf(rehearse(cluster, plan).verdict, rule);
  const edited = applyEdit(cluster, plan, finding!.suggestions[0]!.edit);
  expect(findingsOf(rehearse(cluster, edited!).verdict, rule)).toEqual([]);
});

test("without assumptions it is said, and not for how long", () => {
  const { verdict } = rehearse(shop(anywhere), planned([drain, reboot]));
  const [finding] = findingsOf(verdict, rule);
  expect(finding!.message).toMatch(/sends there until their checks fail: how soon is not given$/);
  expect(finding!.data).not.toHaveProperty("lostSeconds");
  expect(verdict.unknown.join("\n")).toContain("how soon the balancer of shop/web notices");
});

test("with Local a node is a target until its checks have failed", () => {
  // The pod is told to go at the start and is gone after its 30 s: by then the balancer has noticed.
  const slower = { interval: 10_000, threshold: 6 };
  expect(findingsOf(rehearse(shop(local), planned([drain, reboot], checked)).verdict, rule)).toEqual([]);
  const [finding] = findingsOf(rehearse(shop(local), planned([drain, reboot], slower)).verdict, rule);
  expect(finding!.details).toEqual([
    "shop/web (Local): its pods here left too late for the balancer to notice.",
  ]);
});

test("taken out so late that connections have not ended", () => {
  const loadBalancer = { ...checked, deregistration: 300_000 };
  const steps = [label, pause(60_000), drain, reboot];
  const [finding] = findingsOf(rehearse(shop(anywhere), planned(steps, loadBalancer)).verdict, rule);
  expect(finding!.message).toMatch(
    /^restarts 3m30s before connections through it have ended = 5m00s deregistration - 1m30s since it was taken out$/,
  );
});

test.each<[string, ApiObject, readonly Step[], Readonly<Record<string, string>>]>([
  ["a drain without a restart", anywhere, [drain], {}],
  ["taken out long enough before", anywhere, [label, pause(300_000), drain, reboot], {}],
  ["taken out before the start", anywhere, [drain, reboot], { [excluded]: "" }],
  ["no balancer in front", { type: "ClusterIP" }, [drain, reboot], {}],
])("near miss: %s", (_, spec, steps, labels) => {
  const loadBalancer = { ...checked, deregistration: 300_000 };
  expect(findingsOf(rehearse(shop(spec, labels), planned(steps, loadBalancer)).verdict, rule)).toEqual([]);
});

test("node ports count only where the plan says that somebody balances to them", () => {
  const ports = { type: "NodePort" };
  expect(findingsOf(rehearse(shop(ports), planned([drain, reboot])).verdict, rule)).toEqual([]);
  expect(findingsOf(rehearse(shop(ports), planned([drain, reboot], checked)).verdict, rule)).toHaveLength(1);
});
