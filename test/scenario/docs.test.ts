import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";
import { differences, scenarioAt, scenarioFolder, scenarioIn } from "./rehearse-scenario.ts";

/** What docs/scenarios.md shows can be read, and gives what it says. */

const page = readFileSync(join(import.meta.dirname, "../../docs/scenarios.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

describe.each(examples.map((text) => [text]))("%#", (text) => {
  test.each([1, 2, 3])("gives what it expects, seed %i", (seed) => {
    const scenario = scenarioIn(text);
    expect(scenario.expect).not.toEqual([]);
    expect(differences(scenario, seed)).toEqual([]);
  });
});

test("there is an example, and every field of the language is named", () => {
  expect(examples).not.toEqual([]);
  const fields = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties") for (const name of Object.keys(value as object)) fields.add(name);
      // What a plan says has a page of its own.
      if (key !== "plan" && key !== "assumptions" && key !== "definitions") collect(value);
    }
  };
  collect(scenarioJsonSchema());
  const words = new Set(page.match(/[A-Za-z]+\d*/g));
  expect([...fields].filter((field) => !words.has(field))).toEqual([]);
});

test("every scenario has its row, and every row its scenario", () => {
  const rows = [...page.matchAll(/^\| \[`(.+?)`\]\(\.\.\/scenarios\/(.+?)\) +\| (.+?) +\|$/gm)];
  const files = readdirSync(scenarioFolder).filter((name) => name.endsWith(".yaml"));
  expect(rows.map(([, name, link, title]) => [name, link, title])).toEqual(
    files.sort().map((name) => [name, name, scenarioAt(name).title]),
  );
});
