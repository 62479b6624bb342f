import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { stepPlaces } from "../../src/plan/places.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan, Step } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import type { UpgradeOptions } from "../../src/planner/upgrade-options.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { aksPool, eksPool, gkePool, managedCluster, type PoolShape } from "../support/managed-clusters.ts";
import { nodes, object } from "../support/objects.ts";
import { findingsOf, rehearse } from "../support/rehearse.ts";
import { clusterAt } from "../support/versions.ts";

/** The plans for clusters whose control plane somebody else runs. */

const asUsual: UpgradeOptions = { lockstep: false, canary: 0, soakBetweenMinors: 0 };

function planFor(cluster: Cluster, to: string, options: Partial<UpgradeOptions> = {}): Plan {
  const made = upgradePlan(cluster, to, { ...asUsual, ...options });
  if (!made.ok) throw new Error(made.problem);
  return made.plan;
}

function problemFor(cluster: Cluster, to: string, options: Partial<UpgradeOptions> = {}): string {
  const made = upgradePlan(cluster, to, { ...asUsual, ...options });
  return made.ok ? "no problem" : made.problem;
}

const namesOf = ({ steps }: Plan) => steps.map(({ name }) => name);

/** The first rollout inside a step. */
function rolloutIn(step: Step | undefined): Extract<Step, { readonly kind: "rollout" }> {
  if (step?.kind === "rollout") return step;
  const inner = step && "steps" in step ? step.steps.find(({ kind }) => kind === "rollout") : undefined;
  if (inner?.kind !== "rollout") throw new Error("no rollout");
  return inner;
}

const eksVersion = "v1.33.3-eks-3abbec1";
const gkeVersion = "v1.33.4-gke.1036000";
const zones = ["a", "b", "c"];
const eks = (pool: Partial<PoolShape> = {}) =>
  managedCluster(eksVersion, [{ labels: eksPool("general"), count: 4, zones, ...pool }]);
const gke = (pool: Partial<PoolShape> = {}) =>
  managedCluster(gkeVersion, [{ labels: gkePool("general"), count: 4, zones, ...pool }]);

const surge = (maxSurge: number, maxUnavailable: number) =>
  ({ kind: "surge", maxSurge, maxUnavailable }) as const;
const blueGreen = { kind: "blueGreen", batch: 1, batchSoak: 0, poolSoak: 3_600_000 } as const;
const aksCluster = () => managedCluster("v1.33.3", [{ labels: aksPool("user"), count: 10 }]);

describe("which minor goes when", () => {
  test("EKS: managed node groups have to match before the control plane takes its next minor", () => {
    expect(namesOf(planFor(eks(), "1.35"))).toEqual([
      "control-plane-to-1.34",
      "general-to-1.34",
      "control-plane-to-1.35",
      "general-to-1.35",
    ]);
  });

  test("EKS: a group that is behind already goes first", () => {
    expect(namesOf(planFor(eks({ version: "v1.32.7-eks-3abbec1" }), "1.34"))).toEqual([
      "general-to-1.33",
      "control-plane-to-1.34",
      "general-to-1.34",
    ]);
  });

  test("near miss: nodes of Karpenter's alone may be three minors behind", () => {
    const karpenter = managedCluster(eksVersion, [
      { labels: { "karpenter.sh/nodepool": "general" }, count: 4 },
    ]);
    expect(namesOf(planFor(karpenter, "1.36"))).toEqual([
      "control-plane-to-1.34",
      "control-plane-to-1.35",
      "control-plane-to-1.36",
      "general-to-1.36",
    ]);
  });

  test("GKE: two minors at the most, though the skew policy allows three", () => {
    expect(namesOf(planFor(gke(), "1.35"))).toEqual([
      "control-plane-to-1.34",
      "control-plane-to-1.35",
      "general-to-1.35",
    ]);
    expect(namesOf(planFor(gke(), "1.36"))).toEqual([
      "control-plane-to-1.34",
      "control-plane-to-1.35",
      "general-to-1.35",
      "control-plane-to-1.36",
      "general-to-1.36",
    ]);
  });

  test("AKS: three minors, one pool after the other", () => {
    const aks = managedCluster("v1.33.3", [
      { labels: aksPool("user"), count: 3 },
      { labels: aksPool("system"), count: 3 },
    ]);
    expect(namesOf(planFor(aks, "1.36"))).toEqual([
      "control-plane-to-1.34",
      "control-plane-to-1.35",
      "control-plane-to-1.36",
      "system-to-1.36",
      "user-to-1.36",
    ]);
  });

  test("only the workers are left where the control plane is there already; EKS chooses the patch itself", () => {
    expect(namesOf(planFor(eks({ version: "v1.32.7-eks-3abbec1" }), "1.33"))).toEqual(["general-to-1.33"]);
    expect(problemFor(eks(), "1.33")).toBe("the cluster is at v1.33.3 already");
    expect(namesOf(planFor(gke(), "1.33"))).toEqual(["control-plane-to-1.33", "general-to-1.33"]);
  });
});

describe("how the control plane goes", () => {
  test("one API server after another; in one zone GKE may have only one", () => {
    const [step] = planFor(gke(), "1.34").steps;
    expect(step).toMatchObject({ kind: "upgradeManagedControlPlane", to: "v1.34.11", api: "answers" });
    const [zonal] = planFor(gke({ zones: ["a"] }), "1.34").steps;
    expect(zonal).toMatchObject({ api: "away" });
    const [amazon] = planFor(eks({ zones: ["a"] }), "1.34").steps;
    expect(amazon).toMatchObject({ api: "answers" });
  });

  test("kube-proxy follows by hand on EKS alone, where there is one", () => {
    const template = {
      metadata: { labels: { "k8s-app": "kube-proxy" } },
      spec: { containers: [{ name: "kube-proxy", image: "eks/kube-proxy:v1.33.3-eksbuild.4" }] },
    };
    const proxy = object("apps/v1", "DaemonSet", "kube-system/kube-proxy", {
      spec: { selector: { matchLabels: { "k8s-app": "kube-proxy" } }, template },
    });
    const withProxy = (version: string, labels: Record<string, string>) =>
      namesOf(planFor(managedCluster(version, [{ labels, count: 2 }], proxy), "1.34"));
    expect(withProxy(eksVersion, eksPool("general"))).toContain("kube-proxy-1.34");
    expect(withProxy("v1.33.3", aksPool("user"))).not.toContain("kube-proxy-1.34");
  });
});

describe("how a pool goes", () => {
  test("EKS: two nodes a zone first, then all old ones are closed, and at the end those first ones go again", () => {
    const pass = planFor(eks(), "1.34").steps[1]!;
    const steps = pass.kind === "sequence" ? pass.steps : [];
    expect(steps.map(({ kind }) => kind)).toEqual([
      "parallel",
      "cordon",
      "label",
      "rollout",
      "drain",
      "deleteNode",
    ]);
    const [first] = steps;
    const joins = first?.kind === "parallel" ? first.steps : [];
    expect(joins).toMatchObject(zones.map((zone) => ({ kind: "joinNode", zone, count: 2 })));
    expect(rolloutIn(pass).strategy).toEqual({ kind: "surge", maxSurge: 1, maxUnavailable: 0 });
  });

  test.each<[string, Cluster, string, number]>([
    ["GKE", gke({ count: 30 }), "1.34", 1],
    [
      "Karpenter",
      managedCluster(eksVersion, [{ labels: { "karpenter.sh/nodepool": "x" }, count: 25 }]),
      "1.34",
      3,
    ],
    [
      "Cluster API",
      managedCluster(gkeVersion, [
        {
          labels: {},
          annotations: {
            "cluster.x-k8s.io/machine": "md-0-abcde-1",
            "cluster.x-k8s.io/owner-kind": "MachineSet",
            "cluster.x-k8s.io/owner-name": "md-0-abcde",
          },
          count: 20,
        },
      ]),
      "1.34",
      1,
    ],
  ])("%s: a new node before each old one goes, so many at a time", (_who, cluster, to, atOnce) => {
    const rollout = rolloutIn(planFor(cluster, to).steps.at(-1));
    expect(rollout.strategy).toEqual({ kind: "surge", maxSurge: atOnce, maxUnavailable: 0 });
    expect(rollout.perNode.map(({ kind }) => kind)).toEqual(["joinNode", "drain", "deleteNode"]);
  });

  test("AKS: a tenth more nodes, rounded up, while the old ones are made anew under their names", () => {
    const aks = (count: number) => managedCluster("v1.33.3", [{ labels: aksPool("user"), count }]);
    const pass = (count: number) => planFor(aks(count), "1.34").steps[1];
    expect(rolloutIn(pass(10)).maxParallel).toBe(1);
    expect(rolloutIn(pass(11)).maxParallel).toBe(2);
    expect(rolloutIn(pass(11)).perNode.map(({ kind }) => kind)).toEqual([
      "drain",
      "reboot",
      "upgradeKubelet",
      "uncordon",
      "gate",
    ]);
  });

  test("--max-parallel says how many, and GKE takes no more than 20", () => {
    const wide = (maxParallel: number | string) =>
      rolloutIn(planFor(gke({ count: 60 }), "1.34", { maxParallel }).steps.at(-1)).strategy;
    expect(wide(5)).toMatchObject({ maxSurge: 5 });
    expect(wide("10%")).toMatchObject({ maxSurge: 6 });
    expect(wide("100%")).toMatchObject({ maxSurge: 20 });
  });

  test("whose rules drain: the owner's of most nodes, or who is named", () => {
    const mixed = managedCluster(eksVersion, [
      { labels: eksPool("system"), count: 2 },
      { labels: { "karpenter.sh/nodepool": "x" }, count: 5 },
    ]);
    expect(planFor(mixed, "1.34").drainer).toBe("karpenter");
    expect(planFor(eks(), "1.34").drainer).toBe("eks");
    expect(planFor(eks(), "1.34", { drainer: "gke" }).drainer).toBe("gke");
  });
});

describe.each<[string, Cluster]>([
  ["EKS", eks()],
  ["GKE", gke()],
  ["AKS", managedCluster("v1.33.3", [{ labels: aksPool("user"), count: 3, zones }])],
  [
    "nodes that only their names tell apart",
    managedCluster(gkeVersion, [
      { labels: {}, annotations: { "cluster.x-k8s.io/machine": "md-0-abcde-1" }, count: 3 },
      { labels: {}, annotations: { "cluster.x-k8s.io/machine": "md-1-abcde-1" }, count: 2 },
    ]),
  ],
])("three minors of %s", (_who, cluster) => {
  const plan = planFor(cluster, "1.36");

  test("the plan is one that a file can hold, and that fits its cluster", () => {
    expect(checkPlan(plan, cluster)).toEqual([]);
    const parsed = parsePlan(printPlan(plan), "plan.yaml");
    expect(parsed.ok && parsed.plan).toEqual(plan);
  });

  test("rehearsed, as many nodes as before are there, all of the new version, and no skew is broken", () => {
    const { trace, verdict } = rehearse(cluster, plan);
    expect(verdict.word).toBe("FINISHES");
    expect(findingsOf(verdict, "skew-broken")).toEqual([]);
    const kubelets = new Map(cluster.objects.Node.map(({ name, info }) => [name, info.kubeletVersion]));
    for (const event of trace.events) {
      if (event.kind === "node.added") kubelets.set(event.node, event.object.info.kubeletVersion);
      if (event.kind === "node.removed") kubelets.delete(event.node);
      if (event.kind === "component.upgraded" && event.component === "kubelet")
        kubelets.set(event.node, event.to);
    }
    expect([...new Set(kubelets.values())]).toEqual(["v1.36.4"]);
    expect(kubelets.size).toBe(cluster.objects.Node.length);
  });
});

test("nodes that stand for no machine are left out", () => {
  const fargate = managedCluster(eksVersion, [
    { labels: eksPool("general"), count: 2 },
    { labels: { "eks.amazonaws.com/compute-type": "fargate" }, count: 2 },
  ]);
  const plan = planFor(fargate, "1.34");
  expect(namesOf(plan)).toEqual(["control-plane-to-1.34", "general-to-1.34"]);
  const { verdict } = rehearse(fargate, plan);
  expect(verdict.unknown.filter((text) => text.includes("no machine"))).toEqual([
    "p2-1 and p2-2 have no machine to upgrade: a pod there gets a new kubelet when it is made again, which is not planned",
  ]);
});

describe("a control plane of Cluster API's", () => {
  const made = (owner: string, name: string) => ({
    "cluster.x-k8s.io/machine": name,
    "cluster.x-k8s.io/owner-kind": owner,
    "cluster.x-k8s.io/owner-name": "prod",
    "kubeadm.alpha.kubernetes.io/cri-socket": "x",
  });
  const cluster = managedCluster("v1.34.11", [
    { labels: {}, annotations: made("MachineSet", "a"), count: 2, version: "v1.33.3" },
    {
      labels: { "node-role.kubernetes.io/control-plane": "" },
      annotations: made("KubeadmControlPlane", "b"),
      count: 1,
    },
  ]);

  test("is left alone where it is there already: only its workers are behind", () => {
    const plan = planFor(cluster, "1.34");
    expect(plan.drainer).toBe("cluster-api");
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["rollout"]);
  });
});

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
