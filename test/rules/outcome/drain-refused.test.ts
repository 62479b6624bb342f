import { expect, test } from "vitest";
import { clusterOf, nodes, pod } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const cluster = clusterOf(
  nodes("node-1", "node-2"),
  pod("shop/by-hand", "node-1"),
  pod("shop/scratch", "node-1", { spec: { volumes: [{ name: "cache", emptyDir: {} }] } }),
);

test("every flag that is missing in one command, with what it destroys", () => {
  const { verdict } = rehearse(cluster, drainOf(["node-1"], { deleteEmptyDirData: false }));
  const [finding, ...others] = findingsOf(verdict, "drain-refused");
  expect(others).toEqual([]);
  expect(verdict.word).toBe("REFUSES");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "node-1",
    data: { flags: expect.arrayContaining(["--delete-emptydir-data", "--force"]) as unknown },
  });
  expect(finding!.message).toContain("Pods that declare no controller (use --force to override)");
  expect(finding!.details.at(-1)).toBe("No pod of node-1 is evicted, and it stays cordoned.");
  expect(finding!.suggestions).toHaveLength(1);
  expect(finding!.suggestions[0]).toMatchObject({
    commands: ["kubectl drain node-1 --delete-emptydir-data --force --ignore-daemonsets"],
    edit: { kind: "drain", options: { deleteEmptyDirData: true, force: true } },
    harm: 5,
  });
});

test("with the flags: no finding", () => {
  const { verdict } = rehearse(cluster, drainOf(["node-1"], { force: true }));
  expect(findingsOf(verdict, "drain-refused")).toEqual([]);
});

test("in a plan of more than that drain the plan's own fields are named: the edit is of each of its drains", () => {
  const drain = drainOf(["node-1"], { deleteEmptyDirData: false });
  const plan = { ...drain, steps: [...drainOf(["node-2"]).steps, ...drain.steps] };
  const [finding] = findingsOf(rehearse(cluster, plan).verdict, "drain-refused");
  expect(finding!.suggestions[0]).toMatchObject({
    commands: ["# in each drain of the plan: force: true, deleteEmptyDirData: true"],
    edit: { kind: "drain", options: { deleteEmptyDirData: true, force: true } },
  });
});
