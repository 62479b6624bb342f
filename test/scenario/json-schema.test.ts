import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";
import { scenarioFolder } from "./rehearse-scenario.ts";

type Json = Readonly<Record<string, unknown>>;

const schema = scenarioJsonSchema();
// An editor reads the JSON Schema and nothing else: so does this.
const asEditor = z.fromJSONSchema(schema);
const files = readdirSync(scenarioFolder).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  const value = parse(readFileSync(join(scenarioFolder, file), "utf8")) as { readonly spec: Json };

  test("is valid for an editor", () => {
    expect(asEditor.safeParse(value).error?.issues ?? []).toEqual([]);
  });

  test("is not valid with a field that there is not", () => {
    expect(asEditor.safeParse({ ...value, spec: { ...value.spec, faults: [] } }).success).toBe(false);
  });
});

test("it is plain JSON, of the draft that editors of YAML know best", () => {
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
});

test("every field of a scenario of its own is described", () => {
  const spec = ((schema["properties"] as Json)["spec"] as Json)["properties"] as Json;
  const silent = (fields: Json, path: string): string[] =>
    Object.entries(fields).flatMap(([name, field]) => {
      const own = (field as Json)["description"] === undefined ? [`${path}${name}`] : [];
      return [...own, ...below(field, `${path}${name}.`)];
    });
  const below = (node: unknown, path: string): string[] => {
    if (typeof node !== "object" || node === null) return [];
    return Object.entries(node).flatMap(([key, value]) =>
      key === "properties" ? silent(value as Json, path) : below(value, path),
    );
  };
  const { plan: _, assumptions: __, ...own } = spec;
  expect(silent(own, "").filter((path) => !/\.(p50|p99)$/.test(path))).toEqual([]);
});
