import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareSchema } from "../../src/report/compare-plans.ts";
import { folderWith, seatrial } from "../support/command-line.ts";

const before = readFileSync(join(import.meta.dirname, "../../docs/examples/before.yaml"), "utf8");

const plan = (drain: string) => `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: one }
spec:
  steps:
    - drain: { nodes: [node-1], ignoreDaemonSets: true, ${drain} }
`;

const files = {
  "cluster.yaml": before,
  "wait.yaml": plan("timeout: 2m"),
  "rush.yaml": plan("disableEviction: true"),
};

test("compare: a column a plan, and the worst exit code", () => {
  const { exitCode, stdout } = seatrial(folderWith(files), [
    "compare",
    "wait.yaml",
    "rush.yaml",
    "--from",
    "cluster.yaml",
  ]);
  expect(stdout).toMatch(/^COMPARE +wait\.yaml +rush\.yaml$/m);
  expect(stdout).toMatch(/^ +STOPS +(HURTS|FINISHES)$/m);
  expect(exitCode).toBe(1);
});

test("compare -o json fits its schema", () => {
  const args = [
    "compare",
    "wait.yaml",
    "rush.yaml",
    "--from",
    "cluster.yaml",
    "-o",
    "json",
    "--fail-on",
    "never",
  ];
  const { exitCode, stdout } = seatrial(folderWith(files), args);
  const parsed = compareSchema.safeParse(JSON.parse(stdout));
  expect([exitCode, parsed.success]).toEqual([0, true]);
  expect(parsed.data!.plans.map((each) => each.plan)).toEqual(["wait.yaml", "rush.yaml"]);
});

test("one plan is none to compare", () => {
  const { exitCode, stderr } = seatrial(folderWith(files), [
    "compare",
    "wait.yaml",
    "--from",
    "cluster.yaml",
  ]);
  expect([exitCode, stderr.includes("give two plans or more")]).toEqual([2, true]);
});
