import { describe, expect, test } from "vitest";
import { taintToleration } from "../../../src/sim/plugins/taint-toleration.ts";
import { makeNode, makePod, taint, toleration } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const nodes = [
  makeNode("plain"),
  makeNode("gpu", { taints: [taint("gpu", "NoSchedule", "a100")] }),
  makeNode("leaving", { taints: [taint("gone", "NoExecute"), taint("gpu", "NoSchedule", "a100")] }),
  makeNode("soft", { taints: [taint("old", "PreferNoSchedule"), taint("slow", "PreferNoSchedule")] }),
];

describe("Filter", () => {
  test.each([
    { tolerations: [], refused: ["gpu", "leaving"] },
    { tolerations: [toleration("gpu")], refused: ["leaving"] },
    { tolerations: [toleration("gpu", { operator: "Equal", value: "h100" })], refused: ["gpu", "leaving"] },
    { tolerations: [toleration("gpu", { effect: "NoExecute" })], refused: ["gpu", "leaving"] },
    { tolerations: [toleration("")], refused: [] },
  ])("tolerations $tolerations are refused on $refused", ({ tolerations, refused }) => {
    const verdicts = new PluginBench({ nodes }).filter(
      taintToleration,
      makePod("p", { spec: { tolerations } }),
    );
    const names = Object.entries(verdicts).filter(([, verdict]) => verdict !== "ok");
    expect(names.map(([name]) => name)).toEqual(refused);
  });

  test.each([
    { minor: 22, reason: "! node(s) had taint {gone: }, that the pod didn't tolerate" },
    { minor: 30, reason: "! node(s) had untolerated taint {gone: }" },
    { minor: 34, reason: "! node(s) had untolerated taint(s)" },
  ])("1.$minor names the first taint so: $reason", ({ minor, reason }) => {
    const bench = new PluginBench({ minor, nodes });
    expect(bench.filter(taintToleration, makePod("p"))).toMatchObject({ leaving: reason });
  });
});

describe("Score", () => {
  test.each([
    { name: "nothing", tolerations: [], soft: 0 },
    { name: "one of two", tolerations: [toleration("old")], soft: 0 },
    { name: "both", tolerations: [toleration("old"), toleration("slow")], soft: 100 },
    { name: "both for NoSchedule only", tolerations: [toleration("", { effect: "NoSchedule" })], soft: 0 },
  ])("tolerating $name, the node with two soft taints gets $soft", ({ tolerations, soft }) => {
    const pod = makePod("p", { spec: { tolerations } });
    expect(new PluginBench({ nodes }).scores(taintToleration, pod)).toEqual({
      plain: 100,
      gpu: 100,
      leaving: 100,
      soft,
    });
  });

  test("the fewest intolerable taints score best, in proportion", () => {
    const one = makeNode("one", { taints: [taint("old", "PreferNoSchedule")] });
    const bench = new PluginBench({ nodes: [...nodes, one] });
    expect(bench.scores(taintToleration, makePod("p"))).toMatchObject({ plain: 100, one: 50, soft: 0 });
  });
});
