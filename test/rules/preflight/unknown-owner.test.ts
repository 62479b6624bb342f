import { expect, test } from "vitest";
import { noAssumptions } from "../../../src/plan/assumptions.ts";
import { clusterOf, deployment, nodes, ownerRef, pod } from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf } from "../../support/rehearse.ts";

const rule = "unknown-owner";
const owner = ownerRef("core.strimzi.io/v1beta2", "StrimziPodSet", "data/kafka");
const cluster = clusterOf(
  nodes("node-1", "node-2"),
  pod("data/kafka-0", "node-1", { owner }),
  pod("data/kafka-1", "node-1", { owner }),
);

test("pods of a custom resource: one finding a kind, and how to say that they are replaced", () => {
  const [finding, ...others] = besidePlan(cluster, drainOf(["node-1"]), rule);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "core.strimzi.io/StrimziPodSet",
    message:
      "owns 2 pods that a drain evicts: whether its operator makes new ones is not modelled, so a rehearsal makes none",
  });
  expect(finding!.details[1]).toBe(
    'Where its operator does replace them: assumptions.replacedOwners: ["core.strimzi.io/StrimziPodSet"] in the plan.',
  );
  expect(ofCluster(cluster, rule)[0]!.severity).toBe("info");
});

test("near misses: the plan says that they are replaced; a built-in controller; another node", () => {
  const assumptions = { ...noAssumptions, replacedOwners: ["core.strimzi.io/StrimziPodSet"] };
  expect(besidePlan(cluster, { ...drainOf(["node-1"]), assumptions }, rule)).toEqual([]);
  const web = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
  expect(besidePlan(web, drainOf(["node-1"]), rule)).toEqual([]);
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)).toEqual([]);
});
