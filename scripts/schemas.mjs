// Writes the JSON Schemas of plan and scenario files, for editors, into schemas/.
import { mkdirSync, writeFileSync } from "node:fs";
import { planJsonSchema } from "../src/plan/json-schema.ts";
import { scenarioJsonSchema } from "../src/scenario/json-schema.ts";

mkdirSync("schemas", { recursive: true });
for (const [name, schema] of [
  ["plan", planJsonSchema()],
  ["scenario", scenarioJsonSchema()],
])
  writeFileSync(`schemas/${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
