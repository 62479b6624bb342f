import { z } from "zod";
import { scenarioFile } from "./schema/scenario-file.ts";

/** The JSON Schema of scenario files, for editors: published as schemas/scenario.schema.json. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(scenarioFile, {
      // What one writes, before defaults are filled in; draft 7 is what editors of YAML know best.
      io: "input",
      target: "draft-7",
      unrepresentable: "throw",
    }),
    title: "Seatrial scenario",
  };
}
