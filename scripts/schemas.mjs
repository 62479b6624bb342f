// Writes the JSON Schemas of all files that people write and programs read, for editors and tools, into schemas/.
import { mkdirSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { planJsonSchema } from "../src/plan/json-schema.ts";
import { checkSchema } from "../src/report/check-json.ts";
import { compareSchema } from "../src/report/compare-plans.ts";
import { reportSchema } from "../src/report/json.ts";
import { sinceSchema } from "../src/report/since-json.ts";
import { scenarioJsonSchema } from "../src/scenario/json-schema.ts";

mkdirSync("schemas", { recursive: true });
const schemas = {
  plan: planJsonSchema(),
  scenario: scenarioJsonSchema(),
  report: z.toJSONSchema(reportSchema),
  check: z.toJSONSchema(checkSchema),
  compare: z.toJSONSchema(compareSchema),
  since: z.toJSONSchema(sinceSchema),
};
for (const [name, schema] of Object.entries(schemas))
  writeFileSync(`schemas/${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
