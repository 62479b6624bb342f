import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { stepPlaces } from "../../src/plan/places.ts";
import type { UpgradeOptions } from "../../src/planner/upgrade-options.ts";
import { aksPool, eksPool, managedCluster } from "../support/managed-clusters.ts";
import { nodes } from "../support/objects.ts";
import { rehearse } from "../support/rehearse.ts";
import { planFor, problemFor, rolloutIn, eksVersion, eks, gke } from "../support/upgrade-plans.ts";
import { clusterAt } from "../support/versions.ts";

/** Strategies and canaries that are asked for where a provider owns the pools, and what is refused. */

const surge = (maxSurge: number, maxUnavailable: number) =>
  ({ kind: "surge", maxSurge, maxUnavailable }) as const;
const blueGreen = { kind: "blueGreen", batch: 1, batchSoak: 0, poolSoak: 3_600_000 } as const;
const aksCluster = () => managedCluster("v1.33.3", [{ labels: aksPool("user"), count: 10 }]);

describe("what is asked for", () => {
  test("GKE: a second pool by its own batches; --max-parallel is the batch", () => {
    const plan = planFor(gke(), "1.34", { strategy: blueGreen });
    expect(plan.drainer).toBe("gke");
    expect(plan.rollback).toEqual([]);
    expect(rolloutIn(plan.steps.at(-1)).strategy).toEqual(blueGreen);
    const three = planFor(gke(), "1.34", { strategy: blueGreen, maxParallel: 3 });
    expect(rolloutIn(three.steps.at(-1)).strategy).toMatchObject({ batch: 3 });
  });

  test("AKS: a tenth at a time, a quarter of an hour after each, an hour at the end", () => {
    const plan = planFor(aksCluster(), "1.34", { strategy: blueGreen });
    expect(rolloutIn(plan.steps.at(-1)).strategy).toEqual({
      kind: "blueGreen",
      batch: "10%",
      batchSoak: 900_000,
      poolSoak: 3_600_000,
    });
  });

  test("EKS has none: a second group by hand, emptied by kubectl, and a way back", () => {
    const plan = planFor(eks(), "1.34", { strategy: blueGreen });
    const drain = rolloutIn(plan.steps.at(-1)).perNode.find(({ kind }) => kind === "drain");
    expect(drain).toMatchObject({ drainer: "kubectl", options: { timeout: 3_600_000 } });
    expect(plan.rollback.map(({ kind }) => kind)).toEqual(["uncordon", "drain", "deleteNode"]);
    expect(checkPlan(plan, eks())).toEqual([]);
    const { verdict } = rehearse(eks(), plan);
    expect(verdict.word).toBe("FINISHES");
    expect(verdict.unknown.filter((text) => text.includes("blue-green"))).toHaveLength(1);
  });

  test("surge settings are the pool's own", () => {
    const plan = planFor(gke(), "1.34", { strategy: surge(2, 1) });
    expect(rolloutIn(plan.steps.at(-1)).strategy).toEqual(surge(2, 1));
    const aks = planFor(aksCluster(), "1.34", { strategy: surge(4, 0) }).steps.at(-1);
    const first = aks && "steps" in aks ? aks.steps[0] : undefined;
    expect(first).toMatchObject({ kind: "joinNode", count: 4 });
  });

  test("a canary stands beside the pool, has the pods of as many old nodes for a while, and goes again", () => {
    const cluster = eks();
    const plan = planFor(cluster, "1.34", { canary: 1 });
    expect(plan.steps.map(({ name }) => name)).toEqual([
      "control-plane-to-1.34",
      "canary-general-1.34",
      "drain-for-canary-general-1.34",
      "canary-general-1.34-holds",
      "general-to-1.34",
      "drain-canary-general-1.34",
      "end-canary-general-1.34",
    ]);
    expect(checkPlan(plan, cluster)).toEqual([]);
    const { sim, verdict } = rehearse(cluster, plan);
    expect(verdict.word).toBe("FINISHES");
    const versions = [...sim.state.tables.Node.values()].map(({ info }) => info.kubeletVersion);
    expect(new Set(versions)).toEqual(new Set(["v1.34.11"]));
  });

  test("two owners: each pool is emptied by its own, and the report says nothing of one drainer", () => {
    const both = managedCluster(eksVersion, [
      { labels: eksPool("general"), count: 3 },
      { labels: { "karpenter.sh/nodepool": "burst" }, count: 2 },
    ]);
    const plan = planFor(both, "1.34");
    expect(plan.drainer).toBe("eks");
    const drains = stepPlaces(plan).flatMap(({ step }) =>
      step.kind === "drain" ? [[step.name, step.drainer]] : [],
    );
    expect(drains).toContainEqual(["drain-burst-1.34", "karpenter"]);
    expect(drains).toContainEqual(["drain-general-1.34", undefined]);
    const { verdict } = rehearse(both, plan);
    expect(verdict.unknown.filter((text) => text.includes("drained by the rules of"))).toEqual([]);
    const asked = planFor(both, "1.34", { drainer: "kubectl" });
    expect(JSON.stringify(asked.steps)).not.toContain('"drainer"');
  });
});

describe("what is refused, and why", () => {
  test.each([
    [
      { "doks.digitalocean.com/node-pool": "x" },
      "this is DigitalOcean DOKS (doks.digitalocean.com/node-pool on node n1)",
    ],
    [{ "kops.k8s.io/instancegroup": "x" }, "this is kOps"],
    [{ "k3s.io/hostname": "x" }, "this is k3s"],
    [{ "node.openshift.io/os_id": "rhcos" }, "this is OpenShift"],
  ])("%j: how it upgrades is not known", (labels, words) => {
    const cluster = clusterAt("v1.33.3", { ...nodes("n1")[0]!, metadata: { name: "n1", labels } });
    expect(problemFor(cluster, "1.34")).toContain(words);
    expect(problemFor(cluster, "1.34")).toContain("no plan is made");
  });

  const karpenter = managedCluster(eksVersion, [
    { labels: { "karpenter.sh/nodepool": "general" }, count: 4 },
  ]);

  test.each<[string, Cluster, Partial<UpgradeOptions>, RegExp]>([
    ["Karpenter has no canary", karpenter, { canary: 1 }, /Karpenter NodePools have none/],
    ["nor a second pool", karpenter, { strategy: blueGreen }, /Karpenter NodePools have none/],
    [
      "a pool's nodes are never upgraded where they are",
      gke(),
      { strategy: "inPlace" },
      /nodes of GKE node pools are replaced/,
    ],
    ["EKS counts no surge", eks(), { strategy: surge(2, 0) }, /EKS node groups have no maxSurge/],
    ["AKS has the one or the other", aksCluster(), { strategy: surge(1, 1) }, /takes none away/],
  ])("%s", (_what, cluster, options, problem) => {
    expect(problemFor(cluster, "1.34", options)).toMatch(problem);
  });

  test("back, and nowhere", () => {
    expect(problemFor(eks(), "1.32")).toContain("is older than the control plane");
    expect(problemFor(eks(), "1.99")).toContain("this version is not known here");
  });
});
