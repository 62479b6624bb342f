import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../../src/model/cluster.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { checkExpectations } from "../../src/scenario/check-expectations.ts";
import { parseScenario, type ScenarioResult } from "../../src/scenario/read-scenario.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { settle } from "../../src/sim/settle.ts";
import { rehearse, type Rehearsed } from "../support/rehearse.ts";

/** Whole scenarios for tests: a file in, differences out. */

export const scenarioFolder = join(import.meta.dirname, "../../scenarios");

/** A file whose spec is `spec` (YAML, not indented); its first line is line 5. */
export function fileOf(spec: string): string {
  const indented = spec
    .trim()
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`));
  return [
    "apiVersion: seatrial/v1alpha1",
    "kind: Scenario",
    "metadata: { name: test }",
    "spec:",
    ...indented,
    "",
  ].join("\n");
}

/** A scenario of these workloads (a YAML list) on three nodes, of which the first is drained. */
export function fileOfWorkloads(workloads: string, rest = ""): string {
  return fileOf(`
cluster:
  generate:
    controlPlane: { version: v1.34.2 }
    nodes: [{ count: 3, zones: [a, b, c] }]
    workloads:
${workloads
  .trim()
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
plan: { steps: [drain: { nodes: [node-1] }] }
${rest}`);
}

/** The scenario in a file that is right. */
export function scenarioIn(text: string): Scenario {
  return scenarioOf(parseScenario(text, "scenario.yaml"));
}

export function scenarioAt(name: string): Scenario {
  const path = join(scenarioFolder, name);
  return scenarioOf(parseScenario(readFileSync(path, "utf8"), path));
}

function scenarioOf(result: ScenarioResult): Scenario {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.scenario;
}

/** What is said about a file that is not right, a line for each problem. */
export function complaints(text: string): readonly string[] {
  const parsed = parseScenario(text, "scenario.yaml");
  return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem).split("\n")[0]!);
}

/** The cluster at rest, as it is when the rehearsal begins. */
export function clusterOf(scenario: Scenario, seed: number): Cluster {
  const { cluster, isSnapshot, plan, placementSeed = seed } = scenario;
  return isSnapshot ? cluster : settle(cluster, plan.assumptions, placementSeed);
}

export function rehearseScenario(scenario: Scenario, seed: number): Rehearsed {
  return rehearse(clusterOf(scenario, seed), scenario.plan, { seed });
}

/** How the rehearsal differs from what the scenario expects. */
export function differences(scenario: Scenario, seed = 1): readonly string[] {
  return checkExpectations(scenario, rehearseScenario(scenario, seed).verdict);
}
