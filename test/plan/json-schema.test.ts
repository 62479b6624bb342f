import { expect, test } from "vitest";
import { z } from "zod";
import { planJsonSchema } from "../../src/plan/json-schema.ts";
import { planSchemaPath } from "../../src/plan/print.ts";
import { planToFile } from "../../src/plan/to-file.ts";
import { fc, test as property } from "@fast-check/vitest";
import { plans } from "./plan-arbitraries.ts";

type Json = Readonly<Record<string, unknown>>;

const schema = planJsonSchema();
// An editor reads the JSON Schema and nothing else: so does this.
const asEditor = z.fromJSONSchema(schema);

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** Every field of every object in the schema, by its path. */
function fieldsOf(node: unknown, path = ""): readonly (readonly [string, Json])[] {
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== "properties" || !isObject(value)) return fieldsOf(value, `${path}/${key}`);
    const own = Object.entries(value).map(([name, field]): readonly [string, Json] => [
      `${path}/${name}`,
      field as Json,
    ]);
    return own.concat(own.flatMap(([at, field]) => fieldsOf(field, at)));
  });
}

test("every field is described", () => {
  const fields = fieldsOf(schema);
  const silent = fields
    .filter(([, field]) => typeof field["description"] !== "string")
    .map(([path]) => path)
    .filter((path) => !/\/(metadata|spec|p50|p99|inPlace|retry)$/.test(path));
  expect(fields.length).toBeGreaterThan(100);
  expect(silent).toEqual([]);
});

test("a step is offered as one of the words that are rehearsed, and no other", () => {
  const step = (schema["definitions"] as Json)["Step"] as Json;
  expect(Object.keys(step["properties"] as Json)).toEqual([
    "cordon",
    "uncordon",
    "taint",
    "label",
    "drain",
    "reboot",
    "deleteNode",
    "joinNode",
    "upgradeControlPlane",
    "upgradeKubelet",
    "upgradeAddon",
    "backupEtcd",
    "upgradeManagedControlPlane",
    "renewCertificates",
    "removeEtcdMember",
    "restoreEtcd",
    "scale",
    "patch",
    "restartWorkload",
    "wait",
    "gate",
    "approve",
    "hook",
    "parallel",
    "sequence",
    "rollout",
  ]);
  expect(step).toMatchObject({ additionalProperties: false, minProperties: 1, maxProperties: 1 });
});

test("it is plain JSON, of the draft that editors of YAML know best", () => {
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
  expect(planSchemaPath).toMatch(/schemas\/plan\.schema\.json$/);
});

property.prop([plans])("what is printed is valid for an editor too", (plan) => {
  const read = asEditor.safeParse(JSON.parse(JSON.stringify(planToFile(plan))));
  expect(read.error?.issues ?? []).toEqual([]);
});

property.prop([plans, fc.constantFrom("nodez", "objectives", "x")])(
  "an unknown field is marked",
  (plan, field) => {
    const file = planToFile(plan);
    const spec = { ...(file["spec"] as Json), [field]: 1 };
    expect(asEditor.safeParse({ ...file, spec }).success).toBe(false);
  },
);
