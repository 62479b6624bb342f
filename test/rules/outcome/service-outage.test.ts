import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, ownerRef, pod, service, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const three = nodes("node-1", "node-2", "node-3");

test("a single replica: for how long, what the time goes into, and where the pods are", () => {
  const cluster = clusterOf(three, deployment("pay/ledger", ["node-1"]), service("pay/ledger"));
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  const [finding] = findingsOf(verdict, "service-outage");
  expect(verdict.word).toBe("HURTS");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "pay/ledger",
    data: { before: 1, outages: 1 },
  });
  expect(finding!.message).toMatch(/^1 to 0 Ready for .* = .*start [\d.ms]+ \(1 replica\)$/);
  expect(finding!.details[0]).toMatch(
    /^Gone: pay\/ledger-0 on node-1\. Back first: ledger-.* Ready at .*\.$/,
  );
  // The summands make the whole.
  const {
    outageSeconds,
    pullSeconds = 0,
    startSeconds = 0,
    stopSeconds = 0,
  } = finding!.data as Record<string, number>;
  expect(pullSeconds + startSeconds + stopSeconds).toBeCloseTo(outageSeconds!, 0);
});

test("a second replica on another node: no finding", () => {
  const cluster = clusterOf(three, deployment("pay/ledger", ["node-1", "node-2"]), service("pay/ledger"));
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage")).toEqual([]);
});

test("both replicas on nodes that go at once: one after the other is suggested", () => {
  const cluster = clusterOf(three, deployment("pay/ledger", ["node-1", "node-2"]), service("pay/ledger"));
  const drain = (name: string) => ({ ...drainOf([name]).steps[0]!, name });
  const plan = planOf([{ kind: "parallel", name: "at-once", steps: [drain("node-1"), drain("node-2")] }]);
  const [finding] = findingsOf(rehearse(cluster, plan).verdict, "service-outage");
  expect(finding!.message).toContain("both pods, on node-1 and node-2");
  expect(finding!.suggestions[0]).toMatchObject({
    edit: { kind: "serial", waitFor: ["pay/Deployment/ledger"] },
  });
  expect(finding!.suggestions[0]!.commands[0]).toBe("kubectl cordon node-1 node-2");
});

test("Services of the same pods are one outage, under the name of the workload", () => {
  const cluster = clusterOf(
    three,
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger-metrics", { app: "ledger" }),
    service("pay/ledger"),
    service("pay/a", { app: "ledger" }),
  );
  const findings = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage");
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    subject: "pay/ledger",
    message: expect.stringContaining("; 2 more Services of the same pods") as string,
    data: { services: ["pay/ledger", "pay/a", "pay/ledger-metrics"] },
  });
});

test("the address of one member of several is no outage of the whole", () => {
  const cluster = clusterOf(
    three,
    statefulSet("data/redis", ["node-1", "node-2", "node-3"]),
    service("data/redis"),
    service("data/redis-announce-0", { "statefulset.kubernetes.io/pod-name": "redis-0" }),
  );
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  expect(verdict.word).toBe("FINISHES");
  expect(findingsOf(verdict, "service-outage")).toMatchObject([
    {
      severity: "info",
      subject: "data/redis-announce-0",
      message: expect.stringContaining("redis-0 alone of 3 is behind it") as string,
    },
  ]);
});

test("a Service of the leader, by a label that an operator moves: its end is not known, so it is a warning", () => {
  const cluster = clusterOf(
    three,
    statefulSet("data/pg", ["node-1", "node-2"], { podLabels: [{ role: "master" }, { role: "replica" }] }),
    service("data/pg-master", { app: "pg", role: "master" }),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage");
  expect(finding).toMatchObject({ severity: "warning", data: { isEndKnown: false } });
  expect(finding!.message).toContain("the label role=master is not of its template");
});

test("a pod of an operator: it may come back at once, so it is a warning; a pod of nobody is an error", () => {
  const owner = ownerRef("operators.coreos.com/v1alpha1", "CatalogSource", "olm/redhat");
  const cluster = clusterOf(
    three,
    pod("olm/redhat-0", "node-1", { labels: { app: "redhat" }, owner }),
    service("olm/redhat"),
    pod("olm/by-hand", "node-1", { labels: { app: "by-hand" } }),
    service("olm/by-hand"),
  );
  const { verdict } = rehearse(cluster, drainOf(["node-1"], { force: true }));
  expect(findingsOf(verdict, "service-outage").map(({ subject, severity }) => [subject, severity])).toEqual([
    ["olm/by-hand", "error"],
    ["olm/redhat", "warning"],
  ]);
});

test("a Service that was down before is not the plan's", () => {
  const cluster = clusterOf(
    three,
    deployment("pay/ledger", ["node-1"], { isReady: false }),
    service("pay/ledger"),
  );
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage")).toEqual([]);
});

test("pods that are Ready while they stop: for how long they are the last resort, but for a headless Service", () => {
  const cluster = clusterOf(
    three,
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger"),
    deployment("pay/direct", ["node-1"]),
    service("pay/direct", undefined, { clusterIP: "None" }),
  );
  const found = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage");
  const of = (subject: string) => found.find((each) => each.subject === subject)!;
  const { outageSeconds, lastResortSeconds } = of("pay/ledger").data as Record<string, number>;
  expect(lastResortSeconds).toBeGreaterThan(0);
  expect(lastResortSeconds).toBeLessThanOrEqual(outageSeconds!);
  expect(of("pay/ledger").details.at(-1)).toMatch(
    /^For .* of that a pod that stops still passes its readiness probe, and proxies use it as a last resort/,
  );
  expect(of("pay/direct").data).not.toHaveProperty("lastResortSeconds");
});

test("a StatefulSet's pod is gone before the next one starts: nothing bridges the rest", () => {
  const cluster = clusterOf(three, statefulSet("mon/prometheus", ["node-1"]), service("mon/prometheus"));
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "service-outage");
  const { outageSeconds, lastResortSeconds, stopSeconds } = finding!.data as Record<string, number>;
  expect(lastResortSeconds).toBeCloseTo(stopSeconds!, 0);
  expect(lastResortSeconds).toBeLessThan(outageSeconds!);
});
