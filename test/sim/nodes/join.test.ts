import { expect, test } from "vitest";
import { checkPlan } from "../../../src/plan/check.ts";
import { Replay } from "../../../src/trace/replay.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { type ApiObject, clusterOf, deployment, node, object, ownerRef, pod } from "../../support/objects.ts";
import { planOfSpec, rehearseSpec } from "../../support/plan-text.ts";

interface SetOptions {
  readonly hostNetwork?: boolean;
  readonly tolerations?: readonly ApiObject[];
  readonly paths?: readonly string[];
  readonly image?: string;
}

/** A DaemonSet with a Ready pod on each of these nodes. */
function daemonSet(name: string, on: readonly string[], options: SetOptions = {}): ApiObject[] {
  const { hostNetwork = false, tolerations = [], paths = [], image = name } = options;
  const labels = { app: name };
  const volumes = paths.map((path, index) => ({ name: `v${index}`, hostPath: { path } }));
  const spec = { hostNetwork, tolerations, volumes, containers: [{ name: "main", image }] };
  return [
    object("apps/v1", "DaemonSet", `kube-system/${name}`, {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    }),
    ...on.map((each) =>
      pod(`kube-system/${name}-${each}`, each, {
        labels,
        owner: ownerRef("apps/v1", "DaemonSet", `kube-system/${name}`),
      }),
    ),
  ];
}

const anything = [{ operator: "Exists" }];
const network = (on: readonly string[]) =>
  daemonSet("net", on, { hostNetwork: true, tolerations: anything, paths: ["/etc/cni/net.d"] });
const proxy = (on: readonly string[]) =>
  daemonSet("kube-proxy", on, { hostNetwork: true, tolerations: anything });

/** When each kind of event about this node happened, in seconds; the last of a kind counts. */
function times({ events }: Trace, name: string): Record<string, number> {
  return Object.fromEntries(
    events.flatMap((event) =>
      "node" in event && event.node === name && event.kind.startsWith("node.")
        ? [[event.kind === "node.untainted" ? `-${event.taint.key}` : event.kind, event.time / 1_000]]
        : [],
    ),
  );
}

const oneMore = "  steps:\n    - joinNode: { fromTemplate: n1, duration: 60s }\n";

test("a machine registers, is not Ready before its network's pod is, and usable once its taint is gone", () => {
  const cluster = clusterOf(node("n1"), network(["n1"]), proxy(["n1"]));
  const { trace } = rehearseSpec(cluster, oneMore);
  const at = times(trace, "n1-new");
  const ready = trace.events.find((event) => event.kind === "pod.ready" && event.pod.includes("/net#"));
  expect(at["node.added"]).toBeCloseTo(60, 1);
  expect(at["node.ready"]).toBeCloseTo(ready!.time / 1_000 + 5, 1);
  expect(at["-node.kubernetes.io/not-ready"]).toBeCloseTo(at["node.ready"]!, 1);
  expect(at["node.usable"]).toBeGreaterThan(at["-node.kubernetes.io/not-ready"]!);
  expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
});

test("pods come there only once the not-ready taint is gone", () => {
  const cluster = clusterOf(
    node("n1", { cpu: "1" }),
    network(["n1"]),
    deployment("shop/web", ["n1"], {
      replicas: 2,
      spec: { containers: [{ name: "w", image: "w", resources: { requests: { cpu: "600m" } } }] },
    }),
  );
  const { trace } = rehearseSpec(cluster, oneMore);
  const bound = trace.events.find(
    (event) => event.kind === "pod.scheduled" && event.node === "n1-new" && event.pod.includes("web"),
  );
  expect(bound!.time / 1_000).toBeGreaterThan(times(trace, "n1-new")["-node.kubernetes.io/not-ready"]!);
});

test("without its network's pod it never turns Ready, and the plan hangs at it", () => {
  const cluster = clusterOf(node("n1"), network(["n1"]));
  const broken = `  assumptions: { workloads: { kube-system/DaemonSet/net: { ready: never } } }\n${oneMore}`;
  const { trace } = rehearseSpec(cluster, broken);
  expect(Object.keys(times(trace, "n1-new"))).toEqual(["node.joining", "node.added"]);
  expect(trace.events.at(-1)).toMatchObject({ outcome: "blocked" });
});

test("a set that is not of the network does not start there before the network does", () => {
  const cluster = clusterOf(
    node("n1"),
    network(["n1"]),
    daemonSet("agent", ["n1"], { tolerations: anything }),
  );
  const { trace } = rehearseSpec(cluster, oneMore);
  const running = (name: string) =>
    trace.events.find((event) => event.kind === "pod.running" && event.pod.includes(`/${name}#`))!.time /
    1_000;
  const { "node.ready": ready } = times(trace, "n1-new");
  expect(running("net")).toBeLessThan(ready!);
  expect(running("agent")).toBeGreaterThanOrEqual(ready!);
});

test("devices are not there before their plugin's pod is Ready", () => {
  const gpu = {
    ...node("n1"),
    status: {
      ...(node("n1")["status"] as ApiObject),
      allocatable: { cpu: "4", memory: "16Gi", pods: "110", "nvidia.com/gpu": "2" },
    },
  };
  const cluster = clusterOf(
    gpu,
    network(["n1"]),
    daemonSet("nvidia-plugin", ["n1"], { paths: ["/var/lib/kubelet/device-plugins"] }),
  );
  const { trace, sim } = rehearseSpec(cluster, oneMore);
  const added = trace.events.find((event) => event.kind === "node.added")!;
  expect(Object.keys(added.object.allocatable)).not.toContain("nvidia.com/gpu");
  const plugin = trace.events.find((event) => event.kind === "pod.ready" && event.pod.includes("nvidia"))!;
  expect(times(trace, "n1-new")["node.resized"]).toBeGreaterThan(plugin.time / 1_000);
  expect(times(trace, "n1-new")["node.usable"]).toBeGreaterThan(times(trace, "n1-new")["node.resized"]!);
  expect(sim.state.node("n1-new")!.allocatable["nvidia.com/gpu"]).toBe(2);
});

test("a CSI driver registers after its pod is Ready, with its limit and the label of its zone", () => {
  const driver = {
    name: "ebs.csi.aws.com",
    nodeID: "n1",
    topologyKeys: ["topology.ebs.csi.aws.com/zone"],
    allocatable: { count: 7 },
  };
  const cluster = clusterOf(
    node("n1", { labels: { "topology.ebs.csi.aws.com/zone": "a" } }),
    network(["n1"]),
    daemonSet("ebs-csi-node", ["n1"], { paths: ["/var/lib/kubelet/plugins/ebs.csi.aws.com/"] }),
    object("storage.k8s.io/v1", "CSINode", "n1", { spec: { drivers: [driver] } }),
  );
  const { trace, sim } = rehearseSpec(cluster, "  steps:\n    - joinNode: { fromTemplate: n1, zone: b }\n");
  const registered = trace.events.find(
    (event) => event.kind === "object.patched" && event.object === "CSINode/n1-new",
  )!;
  const ready = trace.events.find((event) => event.kind === "pod.ready" && event.pod.includes("ebs-csi"))!;
  expect(registered.time).toBeGreaterThan(ready.time);
  expect(sim.state.tables.CSINode.get("n1-new")!.drivers).toMatchObject([
    { name: "ebs.csi.aws.com", allocatableCount: 7 },
  ]);
  expect(sim.state.node("n1-new")!.labels).toMatchObject({
    "topology.ebs.csi.aws.com/zone": "b",
    "topology.kubernetes.io/zone": "b",
    "kubernetes.io/hostname": "n1-new",
  });
});

test("a startup taint stays until the set that it waits for is Ready there", () => {
  const cluster = clusterOf(
    node("n1"),
    network(["n1"]),
    daemonSet("ebs-csi-node", ["n1"]),
    daemonSet("slow", ["n1"]),
  );
  const spec = `  nodeTemplates:
    v2:
      like: n1
      startupTaints: [{ key: ebs.csi.aws.com/agent-not-ready, effect: NoExecute }, { key: example.com/not-yet, effect: NoSchedule }]
  assumptions: { workloads: { kube-system/DaemonSet/slow: { ready: 5m } } }
  steps:
    - joinNode: { fromTemplate: v2 }
`;
  // The sets have to bear the taint, or they never come.
  expect(Object.keys(times(rehearseSpec(cluster, spec).trace, "v2-1"))).not.toContain("node.usable");
  const bearing = clusterOf(
    node("n1"),
    network(["n1"]),
    daemonSet("ebs-csi-node", ["n1"], { tolerations: anything }),
    daemonSet("slow", ["n1"], { tolerations: anything }),
  );
  const at = times(rehearseSpec(bearing, spec).trace, "v2-1");
  expect(at["-ebs.csi.aws.com/agent-not-ready"]).toBeLessThan(at["-example.com/not-yet"]!);
  expect(at["-example.com/not-yet"]).toBeGreaterThan(at["node.ready"]! + 300);
});

test("what is the pattern's for the moment is not taken over; what the template says is", () => {
  const worn = {
    ...node("n1", { labels: { pool: "general", old: "yes" } }),
    spec: {
      unschedulable: true,
      taints: [
        { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
        { key: "dedicated", value: "db", effect: "NoSchedule" },
      ],
    },
  };
  const { sim } = rehearseSpec(
    clusterOf(worn),
    `  nodeTemplates:
    general-v2: { like: n1, version: v1.35.2, labels: { generation: v2, old: null }, capacity: { cpu: 8 } }
  steps:
    - joinNode: { fromTemplate: general-v2, count: 2 }
`,
  );
  const names = [...sim.state.tables.Node.keys()];
  expect(names).toEqual(["n1", "general-v2-1", "general-v2-2"]);
  expect(sim.state.node("general-v2-2")).toMatchObject({
    unschedulable: false,
    taints: [{ key: "dedicated", value: "db", effect: "NoSchedule" }],
    labels: { pool: "general", generation: "v2" },
    info: { kubeletVersion: "v1.35.2" },
    allocatable: { cpu: 8_000 },
  });
  expect(sim.state.node("general-v2-2")!.labels).not.toHaveProperty("old");
});

test("a machine that never comes: the step fails at its time-out", () => {
  const { trace } = rehearseSpec(
    clusterOf(node("n1")),
    "  steps:\n    - joinNode: { fromTemplate: n1, duration: never, timeout: 10m }\n",
  );
  expect(trace.events.filter(({ kind }) => kind === "step.ended")).toMatchObject([
    { outcome: "failed", reason: "timed out after 10m00s", time: 600_000 },
  ]);
});

test("a node that is deleted before it is usable fails the step that waits for it", () => {
  const cluster = clusterOf(node("n1"), network(["n1"]));
  const { trace } = rehearseSpec(
    cluster,
    `  assumptions: { workloads: { kube-system/DaemonSet/net: { ready: never } } }
  steps:
    - parallel:
        steps:
          - joinNode: { name: join, fromTemplate: n1, node: n9, duration: 60s }
          - sequence:
              steps:
                - wait: { duration: 2m }
                - deleteNode: { nodes: [n9] }
`,
  );
  expect(trace.events.find((event) => event.kind === "step.ended" && event.reason !== "")).toMatchObject({
    outcome: "failed",
    reason: "it was deleted before it was usable",
  });
});

test("the world of a trace has the node as the simulation has it", () => {
  const { trace, sim } = rehearseSpec(clusterOf(node("n1"), network(["n1"])), oneMore);
  const replay = new Replay(trace);
  const added = trace.events.findIndex(({ kind }) => kind === "node.added");
  expect(replay.after(added).nodes.has("n1-new")).toBe(false);
  expect(replay.after(added + 1).nodes.get("n1-new")).toMatchObject({
    ready: "False",
    taints: ["node.kubernetes.io/not-ready:NoSchedule"],
  });
  const last = replay.after(trace.events.length);
  expect(last.nodes.get("n1-new")).toMatchObject({ ready: "True", taints: [], isUp: true });
  expect(sim.state.node("n1-new")!.taints).toEqual([]);
});

test.each([
  ["{ fromTemplate: n7 }", 'test has no node n7 (did you mean "n1"?)'],
  ["{ node: n1, fromTemplate: n1 }", "test has a node n1 already"],
  ["{}", "like which node? no node has its turn here, so joinNode needs a pattern"],
])("%s is refused", (body, message) => {
  const problems = checkPlan(planOfSpec(`  steps:\n    - joinNode: ${body}\n`), clusterOf(node("n1")));
  expect(problems.map((problem) => problem.message)).toEqual([message]);
});
