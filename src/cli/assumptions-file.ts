import { parse } from "yaml";
import { type Assumptions, noAssumptions } from "../plan/assumptions.ts";
import { schemaProblems } from "../plan/schema-problems.ts";
import { planAssumptions } from "../plan/schema/plan-file.ts";
import { InputError } from "./input-error.ts";
import { readText } from "./plan-file.ts";
import { problemLines } from "./read-input.ts";

/**
 * What --assumptions says: a file of what stands under `assumptions` in a plan, or a plan of which that is taken. Throws
 * InputError where it cannot be read or is neither.
 */
export function assumptionsIn(file: string | undefined): Assumptions {
  if (file === undefined) return noAssumptions;
  const value = yamlOf(readText(file), file);
  const { kind, spec } = fieldsOf(value);
  const told = kind === undefined ? value : fieldsOf(spec)["assumptions"];
  const read = planAssumptions.safeParse(told ?? {}, { reportInput: true });
  if (read.success) return read.data;
  throw new InputError(...problemLines(schemaProblems(read.error.issues, { file })));
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    const [first = ""] = String(error instanceof Error ? error.message : error).split("\n");
    throw new InputError(`${file}: this is not YAML: ${first}`);
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
