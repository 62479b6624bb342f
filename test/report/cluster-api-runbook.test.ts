import { expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { runbook } from "../../src/report/runbook.ts";
import {
  clusterApiCluster,
  kubeadmControlPlane,
  machineDeployment,
} from "../support/cluster-api-clusters.ts";
import { rehearse } from "../support/rehearse.ts";

function runbookFor(cluster: Cluster, canary = 0): string {
  const made = upgradePlan(cluster, "1.35", { lockstep: false, canary, soakBetweenMinors: 0 });
  if (!made.ok) throw new Error(made.problem);
  const { trace, verdict } = rehearse(cluster, made.plan);
  return runbook(trace, verdict);
}

test("Cluster API's own objects are patched, in the management cluster", () => {
  const text = runbookFor(clusterApiCluster());
  expect(text).toContain(
    `kubectl --context MANAGEMENT -n fleet patch kubeadmcontrolplane prod-cp --type merge -p '{"spec":{"version":"v1.35.8"}}'`,
  );
  expect(text).toContain(
    `kubectl --context MANAGEMENT -n fleet patch machinedeployment prod-a --type merge -p '{"spec":{"template":{"spec":{"version":"v1.35.8"}}}}'`,
  );
  expect(text).toContain(
    "kubectl --context MANAGEMENT -n fleet get machines -l cluster.x-k8s.io/cluster-name=prod",
  );
  expect(text).not.toContain("kubeadm upgrade");
});

test("a topology is patched once, and brings its workers along", () => {
  const ofTopology = { "topology.cluster.x-k8s.io/owned": "" };
  const workers = ["prod-a", "prod-b"].map((name) => {
    const made = machineDeployment(name, {}) as { readonly metadata: { readonly labels: object } };
    return {
      ...made,
      metadata: { ...made.metadata, labels: { ...made.metadata.labels, ...ofTopology } },
    };
  });
  const text = runbookFor(
    clusterApiCluster({ management: [kubeadmControlPlane({}, ofTopology), ...workers] }),
  );
  expect(text.match(/ patch /g)).toHaveLength(1);
  expect(text).toContain(`patch cluster prod --type merge -p '{"spec":{"topology":{"version":"v1.35.8"}}}'`);
  expect(text).toContain("The Cluster's topology brings it along: nothing is typed.");
});

test("a canary is a pause of the first MachineDeployment, and of no other", () => {
  const text = runbookFor(clusterApiCluster(), 1);
  expect(text).toContain("Once the first machine is replaced");
  expect(text.match(/"paused":true/g)).toHaveLength(1);
  expect(text).toContain(`patch machinedeployment prod-a --type merge -p '{"spec":{"paused":false}}'`);
});
