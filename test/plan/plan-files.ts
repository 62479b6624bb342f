import { expect } from "vitest";
import { formatProblem } from "../../src/model/problem.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan, Step } from "../../src/plan/plan.ts";

/** Plan files for tests. */

/** A file whose spec is `spec` (YAML, not indented); its first line is line 5. */
export function fileOf(spec: string): string {
  const indented = spec
    .trim()
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`));
  return [
    "apiVersion: seatrial/v1alpha1",
    "kind: MaintenancePlan",
    "metadata: { name: test }",
    "spec:",
    ...indented,
    "",
  ].join("\n");
}

/** A file with these steps (a YAML list); the first of them is on line 6. */
export function fileOfSteps(steps: string): string {
  return fileOf(`steps:\n${steps.trim()}`);
}

/** The plan of a file that is right. */
export function planIn(text: string): Plan {
  const parsed = parsePlan(text, "plan.yaml");
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.plan;
}

export function stepsIn(steps: string): readonly Step[] {
  return planIn(fileOfSteps(steps)).steps;
}

/** What is said about a file that is not right, a line for each problem. */
export function complaints(text: string): readonly string[] {
  const parsed = parsePlan(text, "plan.yaml");
  return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem).split("\n")[0]!);
}

/** A message word by word, or the pattern that it has to match. */
export function saying(message: string | RegExp): string {
  return typeof message === "string" ? message : (expect.stringMatching(message) as string);
}
