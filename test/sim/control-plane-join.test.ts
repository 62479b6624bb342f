import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { isReady } from "../../src/model/pod.ts";
import { formatTaint } from "../../src/model/taint.ts";
import { apiOutages, quorumLosses } from "../../src/trace/control-plane.ts";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import { Replay } from "../../src/trace/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hop, hopSteps, kubeadmCluster, type KubeadmOptions } from "../support/kubeadm-clusters.ts";
import { findingsOf, planOf, rehearse } from "../support/rehearse.ts";

/** Control-plane nodes that come and go: etcd's membership, the versions of API servers, and who answers meanwhile. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

/** The same cluster at another version: kubelets, API servers and all. */
function aged(cluster: Cluster, version: string): Cluster {
  return JSON.parse(JSON.stringify(cluster).replaceAll(hop.from, version)) as Cluster;
}

const run = (steps: string, members = 3, options: KubeadmOptions = {}) =>
  rehearse(kubeadmCluster(members, options), planOf(hopSteps(steps)));

const members = (trace: Trace) => ofKind(trace, "etcd.members").map((each) => [each.members, each.healthy]);

const endOf = (trace: Trace) => ofKind(trace, "step.ended").at(-1);

describe("a control-plane node joins", () => {
  const { trace, sim } = run("- joinNode: { fromTemplate: cp-1, node: cp-4 }");

  test("its member learns first, then has a vote: four members, and the majority is three", () => {
    expect(members(trace)).toEqual([[4, 4]]);
    const order = trace.events.flatMap((event) =>
      event.kind === "etcd.learning" || event.kind === "etcd.memberAdded" || event.kind === "node.usable"
        ? [event.kind]
        : [],
    );
    expect(order).toEqual(["etcd.learning", "etcd.memberAdded", "node.usable"]);
  });

  test("it is usable once its static pods run, and they are seen as pods", () => {
    const api = ofKind(trace, "component.upgraded").find(({ component }) => component === "kube-apiserver");
    expect(api).toMatchObject({ node: "cp-4", from: "", to: hop.from });
    expect(ofKind(trace, "node.usable")[0]!.time).toBeGreaterThanOrEqual(api!.time);
    const pods = sim.state.podsOnNode("cp-4");
    expect(pods.map(({ name }) => name).sort()).toEqual([
      "etcd-cp-4",
      "kube-apiserver-cp-4",
      "kube-controller-manager-cp-4",
      "kube-scheduler-cp-4",
    ]);
    expect(pods.every(isReady)).toBe(true);
    const world = new Replay(trace).after(trace.events.length);
    expect(world.versions.get("kube-apiserver cp-4")).toBe(hop.from);
    expect([...world.pods.values()].filter(({ node }) => node === "cp-4").every((pod) => pod.isReady)).toBe(
      true,
    );
  });

  test("nobody is away meanwhile", () => {
    expect(apiOutages(trace)).toEqual([]);
    expect(endOf(trace)).toMatchObject({ outcome: "done" });
  });

  test("the same inputs give the same events", () => {
    expect(run("- joinNode: { fromTemplate: cp-1, node: cp-4 }").trace.events).toEqual(trace.events);
  });
});

test("before 1.29 a second member has a vote before it runs: one of two is no majority, and the API is away", () => {
  const steps = hopSteps("- joinNode: { fromTemplate: cp-1, node: cp-2 }");
  const old = rehearse(aged(kubeadmCluster(1), "v1.28.15"), planOf(steps)).trace;
  expect(members(old)).toEqual([
    [2, 1],
    [2, 2],
  ]);
  expect(apiOutages(old)).toMatchObject([{ what: "no-quorum" }]);
  expect(quorumLosses(old)[0]!.to - quorumLosses(old)[0]!.from).toBe(30_000);
  expect(endOf(old)).toMatchObject({ outcome: "done" });
  expect(apiOutages(rehearse(kubeadmCluster(1), planOf(steps)).trace)).toEqual([]);
});

test("a minor may not be skipped", () => {
  const { trace } = rehearse(kubeadmCluster(3), {
    ...planOf(hopSteps("- joinNode: { fromTemplate: new }")),
    nodeTemplates: { new: { like: "cp-1", version: "v1.35.8", labels: {}, startupTaints: [] } },
  });
  expect(endOf(trace)).toMatchObject({
    outcome: "failed",
    reason: expect.stringContaining(
      "no control-plane node of v1.35.8 can join: this is v1.33.4, and no minor is skipped",
    ),
  });
});

test("with a member away etcd takes a learner, which makes up for it", () => {
  const steps =
    "- reboot: { nodes: [cp-3], duration: never, timeout: 1m, onFailure: continue }\n- joinNode: { fromTemplate: cp-1, node: cp-4 }";
  const { trace } = run(steps);
  expect(members(trace)).toEqual([
    [3, 2],
    [4, 3],
  ]);
  expect(endOf(trace)).toMatchObject({ outcome: "done" });
});

test("etcd outside the cluster has no member that joins", () => {
  const { trace } = run("- joinNode: { fromTemplate: cp-1, node: cp-4 }", 3, { without: ["etcd"] });
  expect(ofKind(trace, "etcd.memberAdded")).toEqual([]);
  expect(endOf(trace)).toMatchObject({ outcome: "done" });
});

describe("a control-plane node leaves", () => {
  test("its member first: two of two, and nothing is left behind", () => {
    const { trace, sim } = run(
      "- removeEtcdMember: { nodes: [cp-3] }\n- deleteNode: { nodes: [cp-3] }\n- gate: { until: [etcdHealthy, controlPlaneHealthy], timeout: 1m }",
    );
    expect(members(trace)).toEqual([[2, 2]]);
    expect(sim.controlPlane.nodes).toEqual(["cp-1", "cp-2"]);
    expect(endOf(trace)).toMatchObject({ outcome: "done" });
  });

  test("without that it counts for ever: two of three, and no gate on etcd opens again", () => {
    const { trace } = run("- deleteNode: { nodes: [cp-3] }\n- gate: { until: [etcdHealthy], timeout: 1m }");
    expect(members(trace)).toEqual([[3, 2]]);
    expect(endOf(trace)).toMatchObject({ outcome: "failed" });
  });

  test.each([
    [1, "- removeEtcdMember: { nodes: [cp-1] }", "cp-1 is the only member of etcd: it cannot be removed"],
    [3, "- removeEtcdMember: { nodes: [node-1] }", "no member of etcd is on node-1"],
  ])("%i: %s", (count, steps, reason) => {
    expect(endOf(run(steps, count).trace)).toMatchObject({
      outcome: "failed",
      reason: expect.stringContaining(reason),
    });
  });

  test("etcd lets no healthy member go where the others would be no majority", () => {
    const { trace } = run("- removeEtcdMember: { nodes: [cp-1] }", 3, { sick: ["cp-3"] });
    expect(endOf(trace)).toMatchObject({
      reason: expect.stringContaining(
        "etcd does not let cp-1 go: 1 of the 2 others are healthy, and they need 2",
      ),
    });
    expect(endOf(run("- removeEtcdMember: { nodes: [cp-3] }", 3, { sick: ["cp-3"] }).trace)).toMatchObject({
      outcome: "done",
    });
  });
});

test("new ones for old ones: API servers of two minors side by side, and kubelets that follow their own", () => {
  const { trace, sim, verdict } = rehearse(kubeadmCluster(3), {
    ...planOf(
      hopSteps(`
- rollout:
    name: replace
    selector: { matchLabels: { node-role.kubernetes.io/control-plane: "" } }
    strategy: { surge: { maxSurge: 1 } }
    perNode:
      - joinNode: { fromTemplate: new }
      - drain: { ignoreDaemonSets: true }
      - removeEtcdMember: {}
      - deleteNode: {}`),
    ),
    nodeTemplates: { new: { version: hop.to, labels: {}, startupTaints: [] } },
  });
  expect(members(trace)).toEqual([
    [4, 4],
    [3, 3],
    [4, 4],
    [3, 3],
    [4, 4],
    [3, 3],
  ]);
  expect(findingsOf(verdict, "skew-broken")).toEqual([]);
  expect(findingsOf(verdict, "deleted-undrained")).toEqual([]);
  expect(findingsOf(verdict, "etcd-member-stranded")).toEqual([]);
  expect(sim.controlPlane.nodes).toEqual(["new-1", "new-2", "new-3"]);
  expect(sim.controlPlane.clusterVersion).toBe(hop.to);
  expect(apiOutages(trace)).toEqual([]);
  const image = sim.state.podsOnNode("new-3").find(({ labels }) => labels["component"] === "etcd");
  expect(image?.spec.containers[0]?.image).toBe("registry.k8s.io/etcd:3.6.5-0");
});

test("a node that joins with 1.24 has the role's new label alone, and the taint's both names", () => {
  const before = kubeadmCluster(1);
  const marks = { "node-role.kubernetes.io/master": "" };
  const [first, ...rest] = before.objects.Node;
  const old = {
    ...first!,
    labels: { ...first!.labels, ...marks },
    taints: [{ key: "node-role.kubernetes.io/master", value: "", effect: "NoSchedule" as const }],
  };
  const cluster = aged({ ...before, objects: { ...before.objects, Node: [old, ...rest] } }, "v1.23.17");
  const { sim } = rehearse(cluster, {
    ...planOf(hopSteps("- joinNode: { fromTemplate: new }")),
    nodeTemplates: { new: { like: "cp-1", version: "v1.24.17", labels: {}, startupTaints: [] } },
  });
  const node = sim.state.node("new-1");
  expect(Object.keys(node!.labels)).not.toContain("node-role.kubernetes.io/master");
  expect(node!.taints.map(formatTaint)).toEqual([
    "node-role.kubernetes.io/control-plane:NoSchedule",
    "node-role.kubernetes.io/master:NoSchedule",
  ]);
});
