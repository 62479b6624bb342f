import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import { inputCluster, inputFiles, inputs } from "../support/inputs.ts";
import { drainOf, planOf, rehearse } from "../support/rehearse.ts";

const files = inputFiles("clusters/*/*.json").filter((file) => !file.endsWith(".groundtruth.json"));

interface GroundTruth {
  readonly pdbStatus: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly status: Readonly<
      Record<"currentHealthy" | "desiredHealthy" | "disruptionsAllowed" | "expectedPods", number>
    >;
  }[];
}

/** The cluster as if no controller had ever looked at its budgets. */
function withoutBudgetStatus(cluster: Cluster): Cluster {
  const budgets = cluster.objects.PodDisruptionBudget.map(({ status: _status, ...budget }) => budget);
  return { ...cluster, objects: { ...cluster.objects, PodDisruptionBudget: budgets } };
}

describe.skipIf(inputs === undefined)("real clusters", () => {
  test("there are some", () => expect(files.length).toBeGreaterThan(5));

  test.each(["ocp-aws", "ocp-azure"])(
    "%s: budgets get the status that its own controller gave them",
    (name) => {
      const folder = "clusters/openshift-must-gather";
      const text = readFileSync(join(inputs!, folder, `${name}.groundtruth.json`), "utf8");
      const { pdbStatus } = JSON.parse(text) as GroundTruth;
      const cluster = withoutBudgetStatus(inputCluster(`${folder}/${name}.json`));
      const { budgets } = rehearse(cluster, planOf([])).trace.header.initial;
      const recorded = pdbStatus.map(({ namespace, name: budget, status }) => [
        `${namespace}/${budget}`,
        {
          healthy: status.currentHealthy,
          desired: status.desiredHealthy,
          allowed: status.disruptionsAllowed,
          expected: status.expectedPods,
        },
      ]);
      expect(recorded.length).toBeGreaterThan(5);
      expect(budgets).toEqual(Object.fromEntries(recorded));
    },
  );

  test.each(files)("%s: nothing happens before anybody does anything", (file) => {
    const { trace } = rehearse(inputCluster(file), planOf([]));
    expect(trace.events.map(({ kind }) => kind)).toEqual(["run.started", "run.ended"]);
  });

  test.each(files)("%s: every node can be rehearsed, and each drain ends in a verdict", (file) => {
    const cluster = inputCluster(file);
    expect(cluster.objects.Node.length).toBeGreaterThan(0);
    for (const { name } of cluster.objects.Node) {
      const { verdict } = rehearse(cluster, drainOf([name], { force: true }));
      expect(verdict.drains.map(({ node }) => node)).toEqual([name]);
      expect(["FINISHES", "HURTS", "HANGS", "REFUSES", "STOPS"]).toContain(verdict.word);
    }
  });

  test("a mosaic of several clusters: what does not fit together is said", () => {
    const mosaic = inputCluster("clusters/insights-operator/insights-archive-sample.json");
    const rules = judgeCluster(mosaic).map(({ rule }) => rule);
    expect(rules).toContain("pod-on-missing-node");
    expect(rules).toContain("status-disagrees");
  });
});
