import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parsePlan } from "../plan/parse.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanSource } from "../plan/source.ts";
import { describeSystemError } from "../read/files.ts";
import { InputError } from "./input-error.ts";
import { problemLines } from "./read-input.ts";

/** The text of a file, or of standard input for `-`. Throws InputError where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`);
  }
}

/** The plan in a file. Throws InputError with everything that is wrong with it. */
export function planIn(path: string): { readonly plan: Plan; readonly source: PlanSource } {
  return planFrom(readText(path), path);
}

/** The plan in a text. Throws InputError with everything that is wrong with it. */
export function planFrom(text: string, path: string): { readonly plan: Plan; readonly source: PlanSource } {
  const parsed = parsePlan(text, path);
  if (!parsed.ok) throw new InputError(...problemLines(parsed.problems));
  return parsed;
}

/** Names a plan by what it says: SHA-256 of it as JSON, in hexadecimal. */
export function hashOf(plan: Plan): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex");
}
