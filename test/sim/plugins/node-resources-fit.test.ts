import { describe, expect, test } from "vitest";
import type { Resources } from "../../../src/model/pod.ts";
import type { PluginArgs, ScoringStrategy } from "../../../src/model/scheduler-profile.ts";
import { nodeResourcesFit } from "../../../src/sim/plugins/node-resources-fit.ts";
import { GiB, makeContainer, makeNode, makePod, MiB } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const small: Resources = { cpu: 1_000, memory: 2 * GiB, pods: 3, "ephemeral-storage": GiB, "x.io/gpu": 2 };
const node = makeNode("a", { allocatable: small });
const asking = (name: string, requests: Resources, nodeName = "") =>
  makePod(name, { nodeName, spec: { requests } });
const half = asking("half", { cpu: 500, memory: GiB, "x.io/gpu": 1 }, "a");

describe("Filter", () => {
  test.each([
    { requests: { cpu: 500 }, verdict: "ok" },
    { requests: { cpu: 501 }, verdict: "Insufficient cpu" },
    { requests: { cpu: 1_001 }, verdict: "! Insufficient cpu" },
    { requests: { cpu: 600, memory: 2 * GiB }, verdict: "Insufficient cpu, Insufficient memory" },
    { requests: { "ephemeral-storage": GiB + 1 }, verdict: "! Insufficient ephemeral-storage" },
    { requests: { "x.io/gpu": 1 }, verdict: "ok" },
    { requests: { "x.io/gpu": 2 }, verdict: "Insufficient x.io/gpu" },
    { requests: { "x.io/unknown": 1 }, verdict: "! Insufficient x.io/unknown" },
    { requests: { "x.io/unknown": 0 }, verdict: "ok" },
  ])("$requests beside a pod that takes half: $verdict", ({ requests, verdict }) => {
    const bench = new PluginBench({ nodes: [node], pods: [half] });
    expect(bench.filter(nodeResourcesFit, asking("new", requests))).toEqual({ a: verdict });
  });

  test("before 1.34 a node that is too small was worth a preemption", () => {
    const bench = new PluginBench({ minor: 33, nodes: [node] });
    expect(bench.filter(nodeResourcesFit, asking("new", { cpu: 1_001 }))).toEqual({ a: "Insufficient cpu" });
  });

  test("the number of pods is a resource", () => {
    const pods = ["x", "y", "z"].map((name) => asking(name, {}, "a"));
    const bench = new PluginBench({ nodes: [node], pods });
    expect(bench.filter(nodeResourcesFit, asking("new", {}))).toEqual({ a: "Too many pods" });
  });

  test("finished pods take nothing", () => {
    const done = makePod("done", {
      nodeName: "a",
      spec: { requests: { cpu: 1_000 } },
      status: { phase: "Succeeded" },
    });
    const bench = new PluginBench({ nodes: [node], pods: [done] });
    expect(bench.filter(nodeResourcesFit, asking("new", { cpu: 1_000 }))).toEqual({ a: "ok" });
  });

  test.each([
    { init: [{ cpu: 800, isSidecar: false }], containers: [300], verdict: "ok" },
    { init: [{ cpu: 1_100, isSidecar: false }], containers: [300], verdict: "! Insufficient cpu" },
    { init: [{ cpu: 800, isSidecar: true }], containers: [300], verdict: "! Insufficient cpu" },
    {
      init: [
        { cpu: 400, isSidecar: true },
        { cpu: 700, isSidecar: false },
      ],
      containers: [100],
      verdict: "! Insufficient cpu",
    },
    {
      init: [
        { cpu: 700, isSidecar: false },
        { cpu: 400, isSidecar: true },
      ],
      containers: [100],
      verdict: "ok",
    },
  ])("init containers $init, containers $containers: $verdict", ({ init, containers, verdict }) => {
    const pod = makePod("new", {
      spec: {
        initContainers: init.map(({ cpu, isSidecar }) => makeContainer({ cpu }, { isSidecar })),
        containers: containers.map((cpu) => makeContainer({ cpu })),
      },
    });
    expect(new PluginBench({ nodes: [node] }).filter(nodeResourcesFit, pod)).toEqual({ a: verdict });
  });

  test("pod-level requests stand in the place of the containers' from 1.34 on, overhead is added", () => {
    const pod = makePod("new", {
      spec: { requests: { cpu: 900 }, podRequests: { cpu: 300 }, overhead: { cpu: 700 } },
    });
    const verdict = (minor: number) =>
      new PluginBench({ minor, nodes: [node] }).filter(nodeResourcesFit, pod);
    expect(verdict(33)).toEqual({ a: "Insufficient cpu" });
    expect(verdict(34)).toEqual({ a: "ok" });
  });

  test("a sidecar was refused while its feature was alpha", () => {
    const pod = makePod("new", { spec: { initContainers: [makeContainer({}, { isSidecar: true })] } });
    const verdict = (minor: number) =>
      new PluginBench({ minor, nodes: [node] }).filter(nodeResourcesFit, pod);
    expect(verdict(27)).toEqual({ a: "ok" });
    expect(verdict(28)).toContain("SidecarContainers feature is disabled");
  });

  test("ignored extended resources are not asked for", () => {
    const args = { ignoredResources: ["x.io/a"], ignoredResourceGroups: ["y.io"], scoringStrategy: least };
    const bench = new PluginBench({ nodes: [node], args: { nodeResourcesFit: args } });
    expect(bench.filter(nodeResourcesFit, asking("new", { "x.io/a": 9, "y.io/b": 9 }))).toEqual({ a: "ok" });
    expect(bench.filter(nodeResourcesFit, asking("new", { "x.io/b": 9 }))).toEqual({
      a: "! Insufficient x.io/b",
    });
  });
});

const cpuAndMemory = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];
const least: ScoringStrategy = { type: "LeastAllocated", resources: cpuAndMemory };

function scored(strategy: ScoringStrategy, requests: Resources): unknown {
  const nodeResourcesFitArgs: PluginArgs["nodeResourcesFit"] = {
    ignoredResources: [],
    ignoredResourceGroups: [],
    scoringStrategy: strategy,
  };
  const bench = new PluginBench({
    nodes: [node, makeNode("b", { allocatable: { cpu: 2_000, memory: 4 * GiB, pods: 10 } })],
    pods: [half],
    args: { nodeResourcesFit: nodeResourcesFitArgs },
  });
  return bench.scores(nodeResourcesFit, asking("new", requests));
}

describe("Score", () => {
  test.each([
    // a: cpu 750 of 1000, memory 1.5 of 2 GiB; b: cpu 250 of 2000, memory 0.5 of 4 GiB.
    { type: "LeastAllocated" as const, expected: { a: 25, b: 87 } },
    { type: "MostAllocated" as const, expected: { a: 75, b: 12 } },
  ])("$type", ({ type, expected }) => {
    expect(scored({ type, resources: cpuAndMemory }, { cpu: 250, memory: 512 * MiB })).toEqual(expected);
  });

  test("a pod without requests counts as 100m and 200 MiB", () => {
    expect(scored(least, {})).toEqual({ a: 40, b: 95 });
  });

  test("resources are weighed; one that a node does not have is left out", () => {
    const strategy: ScoringStrategy = {
      type: "MostAllocated",
      resources: [
        { name: "cpu", weight: 1 },
        { name: "x.io/gpu", weight: 3 },
      ],
    };
    expect(scored(strategy, { cpu: 500, "x.io/gpu": 1 })).toEqual({ a: 100, b: 25 });
  });

  test("a shape over utilization", () => {
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 50, score: 100 },
      { utilization: 100, score: 0 },
    ];
    const strategy: ScoringStrategy = {
      type: "RequestedToCapacityRatio",
      resources: [{ name: "cpu", weight: 1 }],
      shape,
    };
    expect(scored(strategy, { cpu: 250 })).toEqual({ a: 50, b: 24 });
  });

  test("amounts beyond 2 ** 53 are multiplied as whole numbers", () => {
    const huge = makeNode("h", { allocatable: { cpu: 1_000, memory: 2 ** 52 + 1, pods: 10 } });
    const args = {
      ignoredResources: [],
      ignoredResourceGroups: [],
      scoringStrategy: { type: "LeastAllocated", resources: [{ name: "memory", weight: 1 }] },
    } as const;
    const bench = new PluginBench({ nodes: [huge], args: { nodeResourcesFit: args } });
    expect(bench.scores(nodeResourcesFit, asking("new", { memory: 2 ** 51 }))).toEqual({ h: 50 });
  });
});
