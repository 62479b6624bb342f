import { describe, expect, test } from "vitest";
import { keyOf } from "../../src/model/meta.ts";
import { countBudget } from "../../src/rules/budget-numbers.ts";
import { ClusterIndex } from "../../src/rules/cluster-index.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import { inputCluster, inputs } from "../support/inputs.ts";

/** What is loud about real clusters, by name: a rule that begins to cry wolf shows here first. */
const warnings: Readonly<Record<string, readonly string[]>> = {
  "openshift-must-gather/ocp-aws.json": [
    "local-data-lost openshift-monitoring/StatefulSet/alertmanager-main",
    "local-data-lost openshift-monitoring/StatefulSet/prometheus-k8s",
    "antiaffinity-as-many-as-nodes 4 workloads",
    "all-replicas-on-one-node openshift-cluster-storage-operator/Deployment/csi-snapshot-controller",
    "all-replicas-on-one-node openshift-cluster-storage-operator/Deployment/csi-snapshot-webhook",
    "single-replica 37 workloads",
    "bare-pod openshift-marketplace",
  ],
  "openshift-must-gather/ocp-azure.json": [
    "local-data-lost openshift-monitoring/StatefulSet/alertmanager-main",
    "local-data-lost openshift-monitoring/StatefulSet/prometheus-k8s",
    "antiaffinity-as-many-as-nodes 4 workloads",
    "single-replica 36 workloads",
    "bare-pod openshift-marketplace",
  ],
  "troubleshoot/troubleshoot-k3s.json": [
    "single-replica kube-system/Deployment/coredns",
    "single-replica kube-system/Deployment/metrics-server",
    "single-replica kube-system/Deployment/traefik",
  ],
  // Of nodes alone nothing is known that would be wrong with them.
  "insights-operator/insights-nodes-6.json": [],
};

describe.skipIf(inputs === undefined)("rules before the fact, on real clusters", () => {
  test.each(Object.entries(warnings))("%s", (file, expected) => {
    const found = judgeCluster(inputCluster(`clusters/${file}`)).filter(
      ({ severity }) => severity !== "info",
    );
    expect(found.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(expected);
  });

  test.each(["ocp-aws", "ocp-azure"])(
    "%s: budgets are counted as its own controller counted them",
    (name) => {
      const cluster = inputCluster(`clusters/openshift-must-gather/${name}.json`);
      const index = new ClusterIndex(cluster);
      for (const budget of cluster.objects.PodDisruptionBudget) {
        const { healthy, desired, allowed, expected } = countBudget(index, budget);
        expect([keyOf(budget), budget.status]).toMatchObject([
          keyOf(budget),
          {
            currentHealthy: healthy,
            desiredHealthy: desired,
            disruptionsAllowed: allowed,
            expectedPods: expected,
          },
        ]);
      }
    },
  );
});
