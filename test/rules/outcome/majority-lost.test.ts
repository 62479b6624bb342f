import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, planOf, rehearse } from "../../support/rehearse.ts";

const rule = "majority-lost";
const five = nodes("node-1", "node-2", "node-3", "node-4", "node-5");
const on = ["node-1", "node-2", "node-3"];
const atOnce = planOf([
  {
    kind: "parallel",
    name: "at-once",
    steps: ["node-1", "node-2"].map((name) => ({ ...drainOf([name]).steps[0]!, name })),
  },
]);
const lost = (cluster: ReturnType<typeof clusterOf>, plan = atOnce) =>
  findingsOf(rehearse(cluster, plan).verdict, rule);

test("two of three members at once: for how long, of what sum, and one node after another is suggested", () => {
  const cluster = clusterOf(five, statefulSet("data/zk", on));
  const [finding, ...others] = lost(cluster);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/StatefulSet/zk",
    data: { replicas: 3, majority: 2, before: 3, least: 1, stretches: 1, endsBeforeTheEnd: true },
  });
  expect(finding!.message).toMatch(
    /^3 to 1 Ready: fewer than 2 of 3, a majority, for .+ = stop 30 \+ start [\d.]+$/,
  );
  expect(finding!.details[0]).toMatch(/Gone by .*: zk-0 on node-1 and zk-1 on node-2\.$/);
  expect(finding!.suggestions.map(({ edit }) => edit.kind)).toEqual(["serial", "none"]);
  expect(finding!.suggestions[1]!.commands).toEqual([
    "kubectl -n data create poddisruptionbudget zk --selector=app=zk --max-unavailable=1",
  ]);
});

test("a node of the majority: one drain is enough", () => {
  const cluster = clusterOf(five, statefulSet("data/zk", ["node-1", "node-1", "node-2"]));
  const [finding] = lost(cluster, drainOf(["node-1"]));
  expect(finding!.message).toMatch(/^3 to 1 Ready: /);
  // There is no order of nodes that would spare it.
  expect(finding!.suggestions.map(({ edit }) => edit.kind)).toEqual(["none"]);
});

test("near misses: a budget that keeps the majority, and one node alone", () => {
  const kept = clusterOf(five, statefulSet("data/zk", on), budget("data/zk", { maxUnavailable: 1 }));
  expect(lost(kept)).toEqual([]);
  expect(lost(clusterOf(five, statefulSet("data/zk", on)), drainOf(["node-1"]))).toEqual([]);
});

test("near misses: what has no majority to lose", () => {
  const four = ["node-1", "node-2", "node-3", "node-4"];
  expect(lost(clusterOf(five, statefulSet("data/cache", four)))).toEqual([]);
  expect(lost(clusterOf(five, statefulSet("data/pair", ["node-1", "node-2"])))).toEqual([]);
  expect(lost(clusterOf(five, deployment("shop/web", on)))).toEqual([]);
  expect(lost(clusterOf(five, statefulSet("data/zk", on, { isReady: false })))).toEqual([]);
});
