import { expect, test } from "vitest";
import {
  balance,
  nodeResourcesBalancedAllocation,
} from "../../../src/sim/plugins/node-resources-balanced-allocation.ts";
import { GiB, makeNode, makePod } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const allocatable = { cpu: 1_000, memory: 10 * GiB, pods: 10 };
const nodes = [makeNode("empty", { allocatable }), makeNode("cpu-heavy", { allocatable })];
const heavy = makePod("old", { nodeName: "cpu-heavy", spec: { requests: { cpu: 600, memory: GiB } } });

test.each([
  { fractions: [0.5, 0.5], score: 100 },
  { fractions: [1, 0], score: 50 },
  { fractions: [0.2, 0.9], score: 65 },
  { fractions: [0.3, 0.6, 0.9], score: 75 },
  { fractions: [0.7], score: 100 },
])("fractions $fractions are balanced to $score", ({ fractions, score }) => {
  expect(balance(fractions)).toBe(score);
});

test.each([
  // With the pod cpu-heavy has 60 % and 50 %, empty 0 % and 40 %.
  { minor: 34, expected: { empty: 80, "cpu-heavy": 95 } },
  // 1.36 looks at what becomes of the balance: before it was 100 and 75.
  { minor: 36, expected: { empty: 65, "cpu-heavy": 85 } },
])("1.$minor prefers the node that a memory-heavy pod evens out", ({ minor, expected }) => {
  const bench = new PluginBench({ minor, nodes, pods: [heavy] });
  const pod = makePod("new", { spec: { requests: { memory: 4 * GiB } } });
  expect(bench.scores(nodeResourcesBalancedAllocation, pod)).toEqual(expected);
});

test.each([
  { minor: 32, expected: { empty: 100, "cpu-heavy": 75 } },
  { minor: 33, expected: "skip" },
])("1.$minor: a pod without requests", ({ minor, expected }) => {
  const bench = new PluginBench({ minor, nodes, pods: [heavy] });
  expect(bench.scores(nodeResourcesBalancedAllocation, makePod("new"))).toEqual(expected);
});
