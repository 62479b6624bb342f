import { expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";
import { deployment, nodes } from "../support/objects.ts";

const on = ["node-1", "node-1", "node-2", "node-2"];
const items = [...nodes("node-1", "node-2"), ...deployment("shop/web", on, { cpu: "2" })];
const cluster = JSON.stringify({ apiVersion: "v1", kind: "List", items });
const pools = "nodePools: [{ name: general, like: node-2, max: 3, join: 1m }]\n";

function drain(text: string, ...more: readonly string[]) {
  const folder = folderWith({ "cluster.json": cluster, "told.yaml": text });
  return seatrial(folder, [
    "drain",
    "node-1",
    "--from",
    "cluster.json",
    "--assumptions",
    "told.yaml",
    ...more,
  ]);
}

test("a drain under assumptions: a pool that is declared brings a node", () => {
  const { stdout } = drain(pools);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "node pool general grows from 2 to 3 nodes: 2 Pending pods",
  );
  expect(stdout).toContain("--assumptions told.yaml");
});

test("those of a plan file, and the plan that is printed has them", () => {
  const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: p }
spec:
  assumptions:
    ${pools}  steps: []
`;
  expect(drain(plan, "--print-plan").stdout).toContain("general");
});

test.each([
  ["no YAML", "a: [", "this is not YAML"],
  ["a field that is not known", "nodePool: []", 'did you mean "nodePools"'],
  ["a node that is not there", pools.replace("node-2", "node-9"), "has no node node-9"],
])("%s is refused with exit 2", (_, text, message) => {
  const { exitCode, stderr } = drain(text);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

test("a file that is not there is refused with exit 2", () => {
  const folder = folderWith({ "cluster.json": cluster });
  const words = ["drain", "node-1", "--from", "cluster.json", "--assumptions", "missing.yaml"];
  const { exitCode, stderr } = seatrial(folder, words);
  expect(stderr).toContain("missing.yaml");
  expect(exitCode).toBe(2);
});
