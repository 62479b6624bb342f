import { describe, expect, test } from "vitest";
import type { TopologySpreadConstraint } from "../../../src/model/pod.ts";
import { podTopologySpread } from "../../../src/sim/plugins/pod-topology-spread.ts";
import {
  makeNode,
  makePod,
  makeService,
  nodeTerm,
  selecting,
  taint,
  toleration,
} from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const zone = "topology.kubernetes.io/zone";
const host = "kubernetes.io/hostname";
const web = { app: "web" };

function constraint(
  topologyKey: string,
  shape: Partial<TopologySpreadConstraint> = {},
): TopologySpreadConstraint {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: selecting(web),
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
    matchLabelKeys: [],
    ...shape,
  };
}

const spread = (...topologySpreadConstraints: readonly TopologySpreadConstraint[]) =>
  makePod("new", { labels: web, spec: { topologySpreadConstraints } });
const on = (nodeName: string, index = 0, labels: Record<string, string> = web) =>
  makePod(`${nodeName}-${index}`, { nodeName, labels });

const nodes = [
  makeNode("a1", { zone: "a" }),
  makeNode("a2", { zone: "a" }),
  makeNode("b1", { zone: "b" }),
  makeNode("x"),
];
const skewed = "node(s) didn't match pod topology spread constraints";
const missing = "! node(s) didn't match pod topology spread constraints (missing required label)";

describe("Filter", () => {
  test("a pod without hard constraints skips the plugin", () => {
    const bench = new PluginBench({ nodes });
    expect(
      bench.filter(podTopologySpread, spread(constraint(zone, { whenUnsatisfiable: "ScheduleAnyway" }))),
    ).toBe("skip");
  });

  test.each([
    {
      name: "one pod in zone a",
      pods: [on("a1")],
      own: [constraint(zone)],
      expected: [skewed, skewed, "ok", missing],
    },
    {
      name: "a skew of two",
      pods: [on("a1")],
      own: [constraint(zone, { maxSkew: 2 })],
      expected: ["ok", "ok", "ok", missing],
    },
    {
      name: "each zone has one",
      pods: [on("a1"), on("b1")],
      own: [constraint(zone)],
      expected: ["ok", "ok", "ok", missing],
    },
    {
      name: "other labels do not count",
      pods: [on("a1", 0, { app: "db" })],
      own: [constraint(zone)],
      expected: ["ok", "ok", "ok", missing],
    },
    {
      name: "by node",
      pods: [on("a1"), on("x")],
      own: [constraint(host)],
      expected: [skewed, "ok", "ok", skewed],
    },
    {
      name: "by zone and node: nodes without a zone count for nothing",
      pods: [on("a1"), on("b1")],
      own: [constraint(zone), constraint(host)],
      expected: [skewed, "ok", skewed, missing],
    },
    {
      name: "three domains wanted, two there: the least is 0",
      pods: [on("a1"), on("b1")],
      own: [constraint(zone, { minDomains: 3 })],
      expected: [skewed, skewed, skewed, missing],
    },
  ])("$name", ({ pods, own, expected }) => {
    const verdicts = new PluginBench({ nodes, pods }).filter(podTopologySpread, spread(...own));
    const [a1, a2, b1, x] = expected;
    expect(verdicts).toEqual({ a1, a2, b1, x });
  });

  test("terminating pods and pods of other namespaces do not count", () => {
    const terminating = { ...on("a1"), deletion: { at: 0, graceSeconds: 30 } };
    const foreign = { ...on("a1", 1), namespace: "other", uid: "other/p" };
    const bench = new PluginBench({ nodes, pods: [terminating, foreign] });
    expect(bench.filter(podTopologySpread, spread(constraint(zone)))).toMatchObject({ a1: "ok", b1: "ok" });
  });

  test.each([
    { nodeAffinityPolicy: "Honor" as const, b1: "ok" },
    { nodeAffinityPolicy: "Ignore" as const, b1: skewed },
  ])("nodes that the pod does not select: $nodeAffinityPolicy", ({ nodeAffinityPolicy, b1 }) => {
    // Zone a, which the pod may not go to, has no pod: it is the least only if it counts.
    const own = makePod("new", {
      labels: web,
      spec: {
        topologySpreadConstraints: [constraint(zone, { nodeAffinityPolicy })],
        affinity: { requiredNodes: [nodeTerm(zone, "b")] },
      },
    });
    expect(new PluginBench({ nodes, pods: [on("b1")] }).filter(podTopologySpread, own)).toMatchObject({ b1 });
  });

  test.each([
    { policy: "Honor" as const, tolerations: [], b1: "ok" },
    { policy: "Ignore" as const, tolerations: [], b1: skewed },
    { policy: "Honor" as const, tolerations: [toleration("gpu")], b1: skewed },
  ])("nodes with taints: $policy, tolerating $tolerations", ({ policy, tolerations, b1 }) => {
    const tainted = [makeNode("a1", { zone: "a", taints: [taint("gpu")] }), makeNode("b1", { zone: "b" })];
    const own = makePod("new", {
      labels: web,
      spec: { topologySpreadConstraints: [constraint(zone, { nodeTaintsPolicy: policy })], tolerations },
    });
    const bench = new PluginBench({ nodes: tainted, pods: [on("b1")] });
    expect(bench.filter(podTopologySpread, own)).toMatchObject({ b1 });
  });

  test("matchLabelKeys narrow the selector to pods of one revision", () => {
    const own = makePod("new", {
      labels: { ...web, hash: "2" },
      spec: { topologySpreadConstraints: [constraint(zone, { matchLabelKeys: ["hash", "absent"] })] },
    });
    const bench = new PluginBench({ nodes, pods: [on("a1", 0, { ...web, hash: "1" })] });
    expect(bench.filter(podTopologySpread, own)).toMatchObject({ a1: "ok" });
  });
});

describe("Score", () => {
  const soft = (topologyKey: string, maxSkew = 1) =>
    constraint(topologyKey, { whenUnsatisfiable: "ScheduleAnyway", maxSkew });

  test("the emptier domain scores more, a node without the label 0", () => {
    const pods = [on("a1"), on("a1", 1), on("b1")];
    // ln(2 + 2) a pod: 2.77 and 1.39, rounded 3 and 1.
    expect(new PluginBench({ nodes, pods }).scores(podTopologySpread, spread(soft(zone)))).toEqual({
      a1: 33,
      a2: 33,
      b1: 100,
      x: 0,
    });
  });

  test("before 1.24 scores were cut off, not rounded", () => {
    const pods = [on("a1"), on("a1", 1), on("b1")];
    const bench = new PluginBench({ minor: 23, nodes, pods });
    expect(bench.scores(podTopologySpread, spread(soft(zone)))).toEqual({ a1: 50, a2: 50, b1: 100, x: 0 });
  });

  test("maxSkew waters differences down", () => {
    const pods = [on("a1"), on("a1", 1), on("b1")];
    expect(new PluginBench({ nodes, pods }).scores(podTopologySpread, spread(soft(zone, 5)))).toMatchObject({
      a1: 71,
      b1: 100,
    });
  });

  test("by node the pods of the node itself count", () => {
    const pods = [on("a1"), on("a1", 1), on("x")];
    expect(new PluginBench({ nodes, pods }).scores(podTopologySpread, spread(soft(host)))).toEqual({
      a1: 0,
      a2: 100,
      b1: 100,
      x: 50,
    });
  });

  test("pods of a Service are spread by default, on nodes without a zone too", () => {
    const pods = [on("a1"), on("a1", 1), on("a1", 2), on("a1", 3), on("a1", 4)];
    const bench = new PluginBench({ nodes, pods, objects: { Service: [makeService("web", web)] } });
    const scores = bench.scores(podTopologySpread, makePod("new", { labels: web }));
    // Pods weigh ln(4 + 2) by node and ln(3 + 2) by zone: 23, 14, 6 and 2.
    expect(scores).toEqual({ a1: 8, a2: 47, b1: 82, x: 100 });
    expect(bench.scores(podTopologySpread, makePod("new", { labels: { app: "db" } }))).toBe("skip");
  });
});

test("AddPod and RemovePod move the counts of a copy", () => {
  const bench = new PluginBench({ nodes, pods: [on("a1")] });
  const cycle = bench.cycle(spread(constraint(zone)));
  const outcome = podTopologySpread.preFilter(cycle);
  if (outcome.kind !== "state") throw new Error("no state");
  const state = podTopologySpread.cloneState(outcome.state);
  const node = bench.cache.node("a1")!;
  podTopologySpread.removePod(cycle, state, node.pods[0]!, node);
  expect(podTopologySpread.filter(cycle, state, node)).toBeUndefined();
  expect(podTopologySpread.filter(cycle, outcome.state, node)).toBeDefined();
  podTopologySpread.addPod(cycle, state, node.pods[0]!, node);
  expect(podTopologySpread.filter(cycle, state, node)).toBeDefined();
});
