import { expect, test } from "vitest";
import { fixed } from "../../src/plan/assumptions.ts";
import { knownOperator } from "../../src/rules/operator-budgets.ts";
import { type ApiObject, budget, clusterOf, deployment, nodes, ownerRef, pod } from "../support/objects.ts";
import { ofCluster } from "../support/preflight.ts";
import { drainOf, findingsOf, rehearse } from "../support/rehearse.ts";

const three = nodes("node-1", "node-2", "node-3");

function named(object: ApiObject, name: string, more: ApiObject = {}): ApiObject {
  return { ...object, metadata: { ...(object["metadata"] as ApiObject), name, ...more } };
}

const manager = ownerRef("longhorn.io/v1beta2", "InstanceManager", "longhorn-system/instance-manager-ab");
const longhorn = [
  pod("longhorn-system/instance-manager-ab", "node-1", {
    labels: { "longhorn.io/component": "instance-manager", app: "im" },
    owner: manager,
  }),
  named(budget("longhorn-system/im", { minAvailable: 1 }), "instance-manager-ab"),
];
const rook = [
  deployment("rook-ceph/osd", ["node-1", "node-1"], { labels: { app: "rook-ceph-osd" } }),
  named(budget("rook-ceph/osd", { maxUnavailable: 0 }, "rook-ceph-osd"), "rook-ceph-osd-host-node-1", {
    ownerReferences: [ownerRef("ceph.rook.io/v1", "CephCluster", "rook-ceph/rook-ceph")],
  }),
].flat();
const strimzi = [
  deployment("kafka/main-kafka", ["node-1"], { labels: { "strimzi.io/cluster": "main" } }),
  budget("kafka/main-kafka", { maxUnavailable: 0 }),
].flat();

test.each([
  ["Longhorn", longhorn],
  ["Rook", rook],
  ["Strimzi", strimzi],
])("%s: a block is conditional, with the condition and the command that shows it", (operator, objects) => {
  const cluster = clusterOf(three, objects);
  const plan = drainOf(["node-1"], { timeout: 60_000 });
  const [hanging] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-never-ends");
  const [failed] = findingsOf(rehearse(cluster, plan).verdict, "drain-failed");
  const [before] = ofCluster(cluster, "budget-allows-nothing");
  expect(hanging!.data).toMatchObject({ conditionalOn: operator });
  for (const finding of [hanging!, failed!, before!]) {
    const text = finding.details.join("\n");
    expect(text).toContain(`Conditional: ${operator} runs budget`);
    expect(text).toMatch(/To see it: kubectl -n \S+ (get|logs)/);
  }
  expect(hanging!.details.join("\n")).toMatch(/Assumed: the operator of/);
});

test("rehearsed both ways: taken away after a declared time, and never", () => {
  const cluster = clusterOf(three, rook);
  const plan = drainOf(["node-1"]);
  const key = "rook-ceph/rook-ceph-osd-host-node-1";
  const met = {
    ...plan,
    assumptions: { ...plan.assumptions, operators: { [key]: fixed(600_000) } },
  };
  const { verdict, trace } = rehearse(cluster, met);
  expect(verdict.drains[0]!.outcome).toBe("drained");
  const first = trace.events.find(({ kind }) => kind === "eviction.refused")!;
  const taken = trace.events.find(({ kind }) => kind === "object.deleted")!;
  expect(taken.time - first.time).toBe(600_000);
  expect(verdict.assumptions).toContainEqual(
    expect.objectContaining({ what: "operator", subject: key, millis: 600_000, origin: "plan" }),
  );
  const operators = { [key]: { kind: "never" } as const };
  const never = rehearse(cluster, { ...plan, assumptions: { ...plan.assumptions, operators } });
  expect(never.verdict.word).toBe("HANGS");
});

test("near misses: a name alone, a label alone", () => {
  const [plain] = clusterOf(budget("shop/my-kafka", { minAvailable: 1 })).objects.PodDisruptionBudget;
  expect(knownOperator(plain!, [{ labels: { app: "my-kafka" } }])).toBeUndefined();
  const [other] = clusterOf(budget("shop/web", { minAvailable: 1 })).objects.PodDisruptionBudget;
  expect(knownOperator(other!, [{ labels: { "strimzi.io/cluster": "main" } }])).toBeUndefined();
});
