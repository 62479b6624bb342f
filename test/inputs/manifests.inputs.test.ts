import { describe, expect, test } from "vitest";
import { noAssumptions } from "../../src/plan/assumptions.ts";
import { nodesOfShape, parseNodeShape } from "../../src/read/node-shape.ts";
import { settle } from "../../src/sim/settle.ts";
import { inputCluster, inputFiles, inputs } from "../support/inputs.ts";
import { drainOf, planOf, rehearse, testNow } from "../support/rehearse.ts";

const shape = parseNodeShape("9,cpu=32,memory=128Gi,zones=a:b:c");
if (typeof shape === "string") throw new Error(shape);
const folders = [
  ...new Set(inputFiles("manifests/*/*").map((file) => file.split("/").slice(0, 2).join("/"))),
];

describe.skipIf(inputs === undefined)("applications as they are published", () => {
  test("there are some", () => expect(folders.length).toBeGreaterThan(10));

  test.each(folders)("%s comes to rest on nodes, and a node of it can be drained", (folder) => {
    const read = inputCluster(folder);
    const nodes = [...read.objects.Node, ...nodesOfShape(shape, testNow)];
    const cluster = settle({ ...read, objects: { ...read.objects, Node: nodes } }, noAssumptions, 1);
    const { trace } = rehearse(cluster, planOf([]));
    expect(trace.events.map(({ kind }) => kind)).toEqual(["run.started", "run.ended"]);
    const [first] = nodesOfShape(shape, testNow);
    expect(rehearse(cluster, drainOf([first!.name], { force: true })).verdict.drains).toHaveLength(1);
  });
});
