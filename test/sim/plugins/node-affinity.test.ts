import { describe, expect, test } from "vitest";
import type { NodeSelectorTerm } from "../../../src/model/affinity.ts";
import { nodeAffinity } from "../../../src/sim/plugins/node-affinity.ts";
import { makeNode, makePod, nodeTerm } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const nodes = [
  makeNode("a", { labels: { disk: "ssd", cores: "8" } }),
  makeNode("b", { labels: { disk: "hdd", cores: "16" } }),
  makeNode("c", { labels: { cores: "many" } }),
];
const bench = new PluginBench({ nodes });
const empty: NodeSelectorTerm = { matchExpressions: [], matchFields: [] };

const expression = (key: string, operator: "Gt" | "Lt" | "Exists" | "NotIn", ...values: string[]) =>
  ({ matchExpressions: [{ key, operator, values }], matchFields: [] }) satisfies NodeSelectorTerm;

const named = (...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [],
  matchFields: [{ key: "metadata.name", operator: "In", values }],
});

function accepted(verdicts: ReturnType<PluginBench["filter"]>): readonly string[] {
  return Object.entries(verdicts).flatMap(([name, verdict]) => (verdict === "ok" ? [name] : []));
}

describe("Filter", () => {
  test("a pod that asks for nothing skips the plugin", () => {
    expect(bench.filter(nodeAffinity, makePod("p"))).toBe("skip");
  });

  test.each([
    { terms: [nodeTerm("disk", "ssd")], names: ["a"] },
    { terms: [nodeTerm("disk", "ssd"), nodeTerm("disk", "hdd")], names: ["a", "b"] },
    { terms: [expression("cores", "Gt", "8")], names: ["b"] },
    { terms: [expression("cores", "Lt", "16")], names: ["a"] },
    { terms: [expression("disk", "NotIn", "hdd")], names: ["a", "c"] },
    { terms: [expression("disk", "Exists")], names: ["a", "b"] },
    { terms: [empty], names: [] },
    { terms: [empty, nodeTerm("disk", "hdd")], names: ["b"] },
    { terms: [], names: [] },
  ])("terms $terms match $names", ({ terms, names }) => {
    const pod = makePod("p", { spec: { affinity: { requiredNodes: terms } } });
    expect(accepted(bench.filter(nodeAffinity, pod))).toEqual(names);
  });

  test("node selector and affinity both have to match", () => {
    const spec = { nodeSelector: { cores: "8" }, affinity: { requiredNodes: [nodeTerm("disk", "hdd")] } };
    const reason = "! node(s) didn't match Pod's node affinity/selector";
    expect(bench.filter(nodeAffinity, makePod("p", { spec }))).toEqual({ a: reason, b: reason, c: reason });
  });

  test("terms by name alone limit the nodes, one other term lifts that", () => {
    const outcome = (terms: readonly NodeSelectorTerm[]) =>
      nodeAffinity.preFilter(bench.cycle(makePod("p", { spec: { affinity: { requiredNodes: terms } } })));
    expect(outcome([named("a"), named("c", "gone")])).toMatchObject({
      nodeNames: new Set(["a", "c", "gone"]),
    });
    expect(outcome([named("a"), nodeTerm("disk", "hdd")])).not.toHaveProperty("nodeNames");
    expect(
      outcome([{ ...named("a"), matchFields: [...named("a").matchFields, ...named("b").matchFields] }]),
    ).toMatchObject({
      kind: "rejected",
      status: { reasons: ["pod affinity terms conflict"] },
    });
  });

  test("what the profile adds is refused in its own words", () => {
    const enforced = new PluginBench({
      nodes,
      args: { nodeAffinity: { addedRequired: [nodeTerm("disk", "ssd", "hdd")], addedPreferred: [] } },
    });
    expect(enforced.filter(nodeAffinity, makePod("p"))).toEqual({
      a: "ok",
      b: "ok",
      c: "! node(s) didn't match scheduler-enforced node affinity",
    });
  });
});

describe("Score", () => {
  test("weights of matching terms add up and are scaled to the best node", () => {
    const preferredNodes = [
      { weight: 30, term: nodeTerm("disk", "ssd", "hdd") },
      { weight: 10, term: expression("cores", "Gt", "8") },
      { weight: 50, term: empty },
    ];
    const pod = makePod("p", { spec: { affinity: { preferredNodes } } });
    expect(bench.scores(nodeAffinity, pod)).toEqual({ a: 75, b: 100, c: 0 });
  });

  test.each([
    { minor: 29, expected: { a: 0, b: 0, c: 0 } },
    { minor: 30, expected: "skip" },
  ])("a pod without preferences: 1.$minor", ({ minor, expected }) => {
    expect(new PluginBench({ minor, nodes }).scores(nodeAffinity, makePod("p"))).toEqual(expected);
  });
});
