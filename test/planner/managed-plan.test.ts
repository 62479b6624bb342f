import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { printPlan } from "../../src/plan/print.ts";
import { aksPool, eksPool, managedCluster } from "../support/managed-clusters.ts";
import { object } from "../support/objects.ts";
import { findingsOf, rehearse } from "../support/rehearse.ts";
import {
  planFor,
  problemFor,
  namesOf,
  rolloutIn,
  eksVersion,
  gkeVersion,
  zones,
  eks,
  gke,
} from "../support/upgrade-plans.ts";

/** The plans for clusters whose control plane somebody else runs. */

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
