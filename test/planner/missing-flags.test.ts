import { expect, test } from "vitest";
import { missingFlags, withFlags } from "../../src/planner/missing-flags.ts";
import { clusterOf, nodes, pod } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";

const cluster = clusterOf(
  nodes("node-1", "node-2"),
  pod("shop/by-hand", "node-1"),
  pod("shop/scratch", "node-2", { spec: { volumes: [{ name: "cache", emptyDir: {} }] } }),
);

test("the flags that kubectl asks for on any node, with the pods that they are about, each once", () => {
  const plan = drainOf(["node-1", "node-2"], { deleteEmptyDirData: false });
  const missing = missingFlags(rehearse(cluster, plan).trace);
  const byFlag = missing.map(({ flag, pods }) => [flag, pods.map(({ name }) => name)]);
  expect(Object.fromEntries(byFlag)).toEqual({
    "--force": ["by-hand", "scratch"],
    "--delete-emptydir-data": ["scratch"],
  });
  const full = withFlags(plan, missing);
  expect(full.steps[0]).toMatchObject({ options: { force: true, deleteEmptyDirData: true } });
  expect(missingFlags(rehearse(cluster, full).trace)).toEqual([]);
});

test("a drain that refuses nothing lacks nothing", () => {
  expect(missingFlags(rehearse(cluster, drainOf(["node-1"], { force: true })).trace)).toEqual([]);
});
