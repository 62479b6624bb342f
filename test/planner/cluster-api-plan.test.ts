import { describe, expect, test } from "vitest";
import { checkPlan } from "../../src/plan/check.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan, Step } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { wayBack } from "../../src/report/way-back.ts";
import { apiOutages, quorumLosses } from "../../src/trace/control-plane.ts";
import { stepPlaces } from "../../src/plan/places.ts";
import {
  clusterApiCluster,
  kubeadmControlPlane,
  machineDeployment,
} from "../support/cluster-api-clusters.ts";
import { findingsOf, rehearse } from "../support/rehearse.ts";
import { namesOf, planFor, problemFor } from "../support/upgrade-plans.ts";

/** The upgrade of a cluster that Cluster API made: its KubeadmControlPlane's rolling update, then its MachineDeployments'. */

function rolloutOf(plan: Plan, name: string): Extract<Step, { readonly kind: "rollout" }> {
  const found = stepPlaces(plan).find(({ step }) => step.name === name)?.step;
  if (found?.kind !== "rollout") throw new Error(`no rollout ${name}`);
  return found;
}

describe("the plan", () => {
  test("the control plane minor by minor, the workers once, by their MachineDeployments", () => {
    expect(namesOf(planFor(clusterApiCluster(), "1.36"))).toEqual([
      "etcd-backup-before-1.35",
      "control-plane-to-1.35",
      "etcd-backup-before-1.36",
      "control-plane-to-1.36",
      "prod-a-to-1.36",
      "prod-b-to-1.36",
    ]);
  });

  test("everything healthy, a new machine, everything healthy, drained, its member taken out, gone", () => {
    const { perNode, strategy } = rolloutOf(planFor(clusterApiCluster(), "1.35"), "control-plane-to-1.35");
    expect(perNode.map(({ kind }) => kind)).toEqual([
      "gate",
      "joinNode",
      "gate",
      "drain",
      "removeEtcdMember",
      "deleteNode",
    ]);
    expect(strategy).toEqual({ kind: "surge", maxSurge: 1, maxUnavailable: 0 });
  });

  test("it can be printed, read and checked", () => {
    const cluster = clusterApiCluster();
    const plan = planFor(cluster, "1.36");
    expect(checkPlan(plan, cluster)).toEqual([]);
    const read = parsePlan(printPlan(plan), "plan.yaml");
    expect(read.ok && printPlan(read.plan)).toBe(printPlan(plan));
  });

  test("the machines of the zone with most go first, the oldest of it", () => {
    const nodes = (zones: readonly string[]) =>
      rolloutOf(planFor(clusterApiCluster({ zones, members: zones.length }), "1.35"), "control-plane-to-1.35")
        .nodes;
    expect(nodes(["c", "b", "a"])).toEqual(["cp-3", "cp-2", "cp-1"]);
    expect(nodes(["a", "b", "b"])).toEqual(["cp-1", "cp-2", "cp-3"]);
    expect(nodes(["b", "b", "b", "b", "a"])?.slice(0, 2)).toEqual(["cp-1", "cp-2"]);
  });

  test("what the objects of the management cluster say counts", () => {
    const management = [
      kubeadmControlPlane({
        replicas: 3,
        rollout: { strategy: { rollingUpdate: { maxSurge: 0 } } },
        machineTemplate: { spec: { deletion: { nodeDrainTimeoutSeconds: 600 } } },
      }),
      machineDeployment("prod-a", {
        rollout: { strategy: { rollingUpdate: { maxSurge: "50%", maxUnavailable: 1 } } },
        template: { spec: { deletion: { nodeDrainTimeoutSeconds: 300 } } },
      }),
      machineDeployment("prod-b", { rollout: { strategy: { type: "OnDelete" } } }),
    ];
    const plan = planFor(clusterApiCluster({ management }), "1.35");
    const plane = rolloutOf(plan, "control-plane-to-1.35");
    expect(plane.strategy).toEqual({ kind: "surge", maxSurge: 0, maxUnavailable: 1 });
    expect(plane.perNode.find(({ kind }) => kind === "drain")).toMatchObject({
      options: { timeout: 600_000 },
    });
    const a = rolloutOf(plan, "prod-a-to-1.35");
    expect(a.strategy).toEqual({ kind: "surge", maxSurge: "50%", maxUnavailable: 1 });
    expect(a.perNode.find(({ kind }) => kind === "drain")).toMatchObject({ options: { timeout: 300_000 } });
    expect(rolloutOf(plan, "prod-b-to-1.35").strategy).toEqual({
      kind: "surge",
      maxSurge: 0,
      maxUnavailable: 1,
    });
    const asked = planFor(clusterApiCluster({ management }), "1.35", { maxParallel: 2 });
    expect(rolloutOf(asked, "prod-a-to-1.35").strategy).toMatchObject({ maxSurge: 2, maxUnavailable: 0 });
  });

  test("v1beta1 says the same in other places", () => {
    const before = {
      ...kubeadmControlPlane({
        rolloutStrategy: { rollingUpdate: { maxSurge: 0 } },
        machineTemplate: { nodeDrainTimeout: "10m0s" },
      }),
      apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
    };
    const plane = rolloutOf(
      planFor(clusterApiCluster({ management: [before] }), "1.35"),
      "control-plane-to-1.35",
    );
    expect(plane.strategy).toMatchObject({ maxSurge: 0 });
    expect(plane.perNode.find(({ kind }) => kind === "drain")).toMatchObject({
      options: { timeout: 600_000 },
    });
  });

  test("objects of another cluster of the same name of an object do not count", () => {
    const other = kubeadmControlPlane(
      { rollout: { strategy: { rollingUpdate: { maxSurge: 0 } } } },
      { "cluster.x-k8s.io/cluster-name": "staging" },
    );
    const plan = planFor(clusterApiCluster({ management: [other] }), "1.35");
    expect(rolloutOf(plan, "control-plane-to-1.35").strategy).toMatchObject({ maxSurge: 1 });
  });

  test("a Cluster's topology has one version, which waits for its workers", () => {
    const owned = kubeadmControlPlane({}, { "topology.cluster.x-k8s.io/owned": "" });
    expect(namesOf(planFor(clusterApiCluster({ management: [owned] }), "1.36"))).toEqual([
      "etcd-backup-before-1.35",
      "control-plane-to-1.35",
      "prod-a-to-1.35",
      "prod-b-to-1.35",
      "etcd-backup-before-1.36",
      "control-plane-to-1.36",
      "prod-a-to-1.36",
      "prod-b-to-1.36",
    ]);
  });

  test("nodes without marks are told by the Machines that name them", () => {
    const marked = clusterApiCluster();
    const bare = {
      ...marked,
      objects: {
        ...marked.objects,
        Node: marked.objects.Node.map((node) => ({ ...node, annotations: {} })),
      },
      clusterApi: {
        controlPlanes: [],
        machineDeployments: [],
        machines: marked.objects.Node.map(({ name }) => ({
          node: name,
          owner: name.startsWith("cp") ? "prod-cp" : "prod-a",
          kind: name.startsWith("cp") ? ("KubeadmControlPlane" as const) : ("MachineDeployment" as const),
          cluster: "prod",
          namespace: "fleet",
        })),
      },
    };
    expect(namesOf(planFor(bare, "1.35"))).toEqual([
      "etcd-backup-before-1.35",
      "control-plane-to-1.35",
      "prod-a-to-1.35",
    ]);
  });

  test("another provider's control plane is refused", () => {
    expect(problemFor(clusterApiCluster({ ownerKind: "RKE2ControlPlane" }), "1.35")).toBe(
      "the control plane is made by a RKE2ControlPlane, and how that replaces its machines is not known here",
    );
  });
});

describe("its rehearsal", () => {
  const cluster = clusterApiCluster({ zones: ["a", "b", "c"] });
  const { trace, sim, verdict } = rehearse(cluster, planFor(cluster, "1.36"));
  const members = trace.events.flatMap((event) =>
    event.kind === "etcd.members" ? [[event.members, event.healthy]] : [],
  );

  test("etcd goes from three to four and back, six times, and never misses one", () => {
    expect(members).toEqual(
      Array.from({ length: 6 }, () => [
        [4, 4],
        [3, 3],
      ]).flat(),
    );
    expect(quorumLosses(trace)).toEqual([]);
    expect(apiOutages(trace)).toEqual([]);
  });

  test("no rule about versions is broken, and nothing else is found that would be", () => {
    expect(findingsOf(verdict, "skew-broken")).toEqual([]);
    expect(verdict.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(verdict.word).toBe("FINISHES");
  });

  test("in the end every node is a new one, in the zones where the old ones stood", () => {
    const nodes = [...sim.state.tables.Node.values()];
    expect(nodes.map(({ info }) => info.kubeletVersion)).toEqual(Array.from({ length: 8 }, () => "v1.36.4"));
    expect(sim.controlPlane.nodes).toEqual(["prod-cp-1-36-1", "prod-cp-1-36-2", "prod-cp-1-36-3"]);
    expect(
      sim.controlPlane.nodes.map((name) => sim.state.node(name)?.labels["topology.kubernetes.io/zone"]),
    ).toEqual(["a", "b", "c"]);
  });

  test("each minor has its way back", () => {
    expect(wayBack(trace)).toEqual([
      expect.stringMatching(
        /prod-cp-1-35-1 is v1\.35\.8; an older one .* Then only etcd-backup-before-1\.35/,
      ),
      expect.stringMatching(/prod-cp-1-36-1 is 1\.36\) only etcd-backup-before-1\.36/),
    ]);
  });
});

test("a single control-plane machine never leaves the API away: the new one is there before", () => {
  const cluster = clusterApiCluster({ members: 1 });
  const { trace } = rehearse(cluster, planFor(cluster, "1.35"));
  expect(apiOutages(trace)).toEqual([]);
  expect(
    trace.events.flatMap((event) => (event.kind === "etcd.members" ? [[event.members, event.healthy]] : [])),
  ).toEqual([
    [2, 2],
    [1, 1],
  ]);
});

test("maxSurge 0: a machine goes first, so that two members of two are all there is", () => {
  const management = [kubeadmControlPlane({ rollout: { strategy: { rollingUpdate: { maxSurge: 0 } } } })];
  const cluster = clusterApiCluster({ management });
  const { trace } = rehearse(cluster, planFor(cluster, "1.35"));
  expect(
    trace.events.flatMap((event) => (event.kind === "etcd.members" ? [[event.members, event.healthy]] : [])),
  ).toEqual(
    Array.from({ length: 3 }, () => [
      [2, 2],
      [3, 3],
    ]).flat(),
  );
  expect(quorumLosses(trace)).toEqual([]);
});

test("kubelets before 1.31 register with any API server, also an older one: that is a finding", () => {
  const version = "v1.29.14";
  const cluster = clusterApiCluster({ version });
  const { verdict } = rehearse(cluster, planFor(cluster, "1.30"));
  expect(findingsOf(verdict, "skew-broken")).toMatchObject([{ subject: "kubelet-1.30" }]);
});
