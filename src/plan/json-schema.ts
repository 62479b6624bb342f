import { z } from "zod";
import { planFile } from "./schema/plan-file.ts";

/** The JSON Schema of plan files, for editors: published as schemas/plan.schema.json. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(planFile, {
      // What one writes, before defaults are filled in; draft 7 is what editors of YAML know best.
      io: "input",
      target: "draft-7",
      unrepresentable: "throw",
    }),
    title: "Seatrial maintenance plan",
  };
}
