import type { Problem } from "../model/problem.ts";
import { type FileKind, readDocument } from "./document.ts";
import { planFromFile } from "./from-file.ts";
import { versionProblems } from "./check-versions.ts";
import { turnProblems } from "./places.ts";
import type { Plan } from "./plan.ts";
import { apiVersion, planFile, planKind } from "./schema/plan-file.ts";
import { schemaProblems } from "./schema-problems.ts";
import { inOrder, type PlanSource } from "./source.ts";

const planFileKind: FileKind = { noun: "plan", apiVersion, kind: planKind, page: "docs/plan.md" };

export type ParsedPlan =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** For problems that are found later: on which line each field stands. */
      readonly source: PlanSource;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a plan file (YAML or JSON). `file` is what to call it in messages; `-` is standard input. */
export function parsePlan(text: string, file: string): ParsedPlan {
  const document = readDocument(text, file, planFileKind);
  if (!document.ok) return document;
  const { value, source } = document;
  // The input of a union tells which of its branches was meant.
  const read = planFile.safeParse(value, { reportInput: true });
  if (!read.success) return { ok: false, problems: schemaProblems(read.error.issues, source) };
  const plan = planFromFile(read.data);
  const problems = inOrder([...turnProblems(plan, source), ...versionProblems(plan, source)]);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan, source };
}
