import { expect, test } from "vitest";
import { fileOfSteps, planIn } from "../plan/plan-files.ts";
import { clusterOf, nodes } from "../support/objects.ts";
import { kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { reportOf, textOf, whole } from "./screens.ts";

const plan = { command: "plan", hasTimeout: false } as const;

/** The rows of the Steps block, without the column of labels. */
function stepRows(cluster: Parameters<typeof reportOf>[0], steps: string): string[] {
  const text = textOf(reportOf(whole(cluster), planIn(fileOfSteps(steps)), {}, { subject: plan }));
  const rows = text.slice(text.indexOf("\nSteps ") + 1).split("\n");
  return rows.slice(0, rows.indexOf("")).map((row) => row.slice(10));
}

test("why a step failed goes on below itself, in its own column", () => {
  const steps = `
- wait: { duration: 40s }
- cordon: { nodes: [node-4, node-5, node-6, node-7, node-8] }`;
  const [, failed = "", ...rest] = stepRows(clusterOf(nodes("node-1", "node-2")), steps);
  const column = failed.indexOf("failed: ");
  expect(column).toBeGreaterThan(30);
  expect(rest.length).toBeGreaterThan(0);
  for (const row of rest) expect(row.search(/\S/)).toBe(column);
  expect([failed.slice(column), ...rest.map((row) => row.trim())].join(" ")).toBe(
    "failed: there is no node node-4, node-5, node-6, node-7, node-8",
  );
});

test("where names leave that column too little room, it goes on below the names", () => {
  const [, row = "", ...rest] = stepRows(
    kubeadmCluster(3),
    `
- wait: { duration: 10h30m }
- upgradeControlPlane: { nodes: [cp-1, cp-2, cp-3], to: v1.36.1 }`,
  );
  expect(row.indexOf("failed: ")).toBeGreaterThan(46);
  expect(rest.length).toBeGreaterThan(0);
  const name = row.indexOf("upgrade");
  for (const each of rest) expect(each.search(/\S/)).toBe(name + 2);
});
