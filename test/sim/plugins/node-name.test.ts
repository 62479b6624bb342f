import { expect, test } from "vitest";
import { nodeName } from "../../../src/sim/plugins/node-name.ts";
import { makeNode, makePod } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const bench = new PluginBench({ nodes: [makeNode("a"), makeNode("b")] });
const other = "! node(s) didn't match the requested node name";

test.each([
  { asks: "", expected: { a: "ok", b: "ok" } },
  { asks: "b", expected: { a: other, b: "ok" } },
])("a pod that names node '$asks'", ({ asks, expected }) => {
  expect(bench.filter(nodeName, makePod("p", { nodeName: asks }))).toEqual(expected);
});
