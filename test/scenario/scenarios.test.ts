import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { printPlan } from "../../src/plan/print.ts";
import { rules } from "../../src/rules/registry.ts";
import { planIn } from "../plan/plan-files.ts";
import { clusterOf, differences, scenarioAt, scenarioFolder } from "./rehearse-scenario.ts";

/** Every scenario that comes with the package gives what it says, whatever the seed. */

const files = readdirSync(scenarioFolder).filter((name) => name.endsWith(".yaml"));
const seeds = [1, 2, 3, 4, 5];

test("there is a scenario for each of the mistakes that people make", () => {
  expect(files.length).toBeGreaterThan(13);
});

describe.each(files)("%s", (file) => {
  const scenario = scenarioAt(file);
  const text = readFileSync(join(scenarioFolder, file), "utf8");

  test("tells its reader what it teaches", () => {
    expect(`${scenario.name}.yaml`).toBe(file);
    expect(scenario.title).not.toBe("");
    const [schema, ...header] = text
      .split(/^(?!#)/m)[0]!
      .trim()
      .split("\n");
    expect(schema).toBe("# yaml-language-server: $schema=../schemas/scenario.schema.json");
    expect(header.join(" ").match(/[a-z]\.( |$)/g)?.length).toBeGreaterThanOrEqual(2);
  });

  test("expects something, of rules that there are", () => {
    const expected = scenario.expect ?? [];
    expect(expected.length).toBeGreaterThan(0);
    const ids = new Set(rules.map(({ id }) => id));
    const named = expected.flatMap((each) => (each.kind === "finding" ? [each.rule] : []));
    expect(named.filter((rule) => !ids.has(rule))).toEqual([]);
  });

  test("its plan is printed as a plan file that says the same", () => {
    expect(planIn(printPlan(scenario.plan))).toEqual(scenario.plan);
  });

  test.each(seeds)("seed %i: every pod runs at the start, and what is expected comes", (seed) => {
    const pods = clusterOf(scenario, seed).objects.Pod;
    expect(pods.filter(({ nodeName }) => nodeName === "").map(({ name }) => name)).toEqual([]);
    expect(differences(scenario, seed)).toEqual([]);
  });
});
