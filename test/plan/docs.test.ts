import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { checkPlan } from "../../src/plan/check.ts";
import { planJsonSchema } from "../../src/plan/json-schema.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { printPlan } from "../../src/plan/print.ts";
import { snapshot } from "../support/rehearse.ts";
import { fileOfSteps, planIn } from "./plan-files.ts";

/** What docs/plan.md shows can be read, checked against a cluster that has what it names, and printed. */

const page = readFileSync(join(import.meta.dirname, "../../docs/plan.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

const template = "{ metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: app }] } }";
const workload = (kind: string, namespace: string, name: string) =>
  `  - { apiVersion: apps/v1, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} }, spec: { replicas: 2, selector: { matchLabels: { app: a } }, template: ${template} } }`;

const cluster = snapshot(`
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Node, metadata: { name: node-1, labels: { spare: a } } }
  - { apiVersion: v1, kind: Node, metadata: { name: node-2 } }
  - { apiVersion: v1, kind: Node, metadata: { name: cp-1, labels: { node-role.kubernetes.io/control-plane: "" } } }
${workload("Deployment", "shop", "web")}
${workload("StatefulSet", "data", "queue")}
  - { apiVersion: batch/v1, kind: Job, metadata: { name: report, namespace: batch }, spec: { template: ${template} } }
  - { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: queue, namespace: data }, spec: { minAvailable: 2, selector: {} } }
  - { apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: a } } }
`);

describe.each(examples.map((text) => [text.startsWith("- ") ? fileOfSteps(text) : text]))("%#", (text) => {
  test("reads, and its cluster has what it names", () => {
    const parsed = parsePlan(text, "plan.yaml");
    const problems = parsed.ok ? checkPlan(parsed.plan, cluster, parsed.source) : parsed.problems;
    expect(problems.map(formatProblem)).toEqual([]);
  });

  test("is printed as a file that reads the same", () => {
    const plan = planIn(text);
    expect(planIn(printPlan(plan))).toEqual(plan);
  });
});

test("there are examples, and every field of the language is named", () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  const fields = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties") for (const name of Object.keys(value as object)) fields.add(name);
      collect(value);
    }
  };
  collect(planJsonSchema());
  const words = new Set(page.match(/[A-Za-z]+\d*/g));
  expect([...fields].filter((field) => !words.has(field))).toEqual([]);
});
