import { expect, test } from "vitest";
import { nodeUnschedulable } from "../../../src/sim/plugins/node-unschedulable.ts";
import { makeNode, makePod, toleration } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const nodes = [makeNode("open"), makeNode("cordoned", { unschedulable: true })];
const taintKey = "node.kubernetes.io/unschedulable";

test.each([
  { name: "without tolerations", tolerations: [], cordoned: "! node(s) were unschedulable" },
  { name: "tolerating the taint", tolerations: [toleration(taintKey)], cordoned: "ok" },
  { name: "tolerating everything", tolerations: [toleration("")], cordoned: "ok" },
  {
    name: "tolerating it with another effect",
    tolerations: [toleration(taintKey, { effect: "NoExecute" })],
    cordoned: "! node(s) were unschedulable",
  },
])("a cordoned node refuses a pod $name: $cordoned", ({ tolerations, cordoned }) => {
  const pod = makePod("p", { spec: { tolerations } });
  expect(new PluginBench({ nodes }).filter(nodeUnschedulable, pod)).toEqual({ open: "ok", cordoned });
});
