// Writes the JSON Schemas of plan and scenario files, for editors, into schemas/.
import { mkdirSync, writeFileSync } from "node:fs";
import { planJsonSchema } from "../src/plan/json-schema.ts";
import { scenarioJsonSchema } from "../src/scenario/json-schema.ts";

mkdirSync("schemas", { recursive: true });
write("plan", planJsonSchema());
write("scenario", scenarioJsonSchema());

function write(name, schema) {
  writeFileSync(`schemas/${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
}
