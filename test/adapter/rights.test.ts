import { expect, test } from "vitest";
import { type PolicyRule, rightsToRun } from "../../src/adapter/rights.ts";
import { planOf } from "../support/live-run.ts";

const writes = ({ apiGroups = [], resources = [], verbs }: PolicyRule) =>
  verbs
    .filter((verb) => !["get", "list"].includes(verb))
    .map((verb) => `${verb} ${resources.join()}.${apiGroups.join()}`);

test("a drain patches nodes and evicts, and may delete no pod", () => {
  const { cluster } = rightsToRun(planOf("- drain: { nodes: [n1] }"));
  expect(cluster.flatMap(writes)).toEqual(["patch nodes.", "create pods/eviction."]);
});

test("past the budgets it deletes, and evicts nothing", () => {
  const { cluster } = rightsToRun(planOf("- drain: { nodes: [n1], disableEviction: true }"));
  expect(cluster.flatMap(writes)).toEqual(["delete pods.", "patch nodes."].toSorted().toReversed());
});

test("a plan is allowed what its steps name, inside groups too", () => {
  const plan = planOf(`- parallel:
    steps:
      - scale: { workload: shop/StatefulSet/db, by: 1 }
      - patch: { object: shop/PodDisruptionBudget/web, set: { minAvailable: 1 } }
- gate: { until: [etcdHealthy, { workloadReady: shop/Deployment/web }] }`);
  const { cluster, namespaced } = rightsToRun(plan);
  expect(cluster.flatMap(writes)).toEqual([
    "patch poddisruptionbudgets.policy",
    "patch statefulsets/scale.apps",
  ]);
  expect(cluster).toContainEqual({ nonResourceURLs: ["/readyz/etcd"], verbs: ["get"] });
  expect(cluster).toContainEqual({ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] });
  expect(Object.keys(namespaced)).toEqual(["kube-system", "default"]);
});

test("near miss: a plan that only waits may change nothing but its lease and its events", () => {
  const { cluster } = rightsToRun(planOf("- wait: { duration: 1s }"));
  expect(cluster.flatMap(writes)).toEqual([]);
});
