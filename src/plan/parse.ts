import { didYouMean } from "../lib/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { readPlanDocument } from "./document.ts";
import { planFromFile } from "./from-file.ts";
import { turnProblems } from "./places.ts";
import type { Plan } from "./plan.ts";
import { found, sentence } from "./schema/fields.ts";
import { apiVersion, planFile, planKind } from "./schema/plan-file.ts";
import { schemaProblems } from "./schema-problems.ts";
import { type PlanSource, problemAt } from "./source.ts";

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
  const document = readPlanDocument(text, file);
  if (!document.ok) return document;
  const { value, source } = document;
  const other = somethingElse(value, source);
  if (other) return { ok: false, problems: [other] };
  // The input of a union tells which of its branches was meant.
  const read = planFile.safeParse(value, { reportInput: true });
  if (!read.success) return { ok: false, problems: schemaProblems(read.error.issues, source) };
  const plan = planFromFile(read.data);
  const problems = turnProblems(plan, source);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan, source };
}

/** One problem where the document is no plan at all: all others would only follow from it. */
function somethingElse(value: unknown, source: PlanSource): Problem | undefined {
  const advice = `A plan begins with apiVersion: ${apiVersion} and kind: ${planKind}.`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return problemAt([], `expected a plan, got ${found(value)}`, source, advice);
  const { kind, apiVersion: version } = value as Readonly<Record<string, unknown>>;
  if (kind !== planKind) {
    const guess = typeof kind === "string" ? didYouMean(kind, [planKind]) : "";
    return problemAt(["kind"], `${sentence(planKind, kind)}${guess}`, source, advice);
  }
  if (version === apiVersion) return undefined;
  return problemAt(["apiVersion"], sentence(apiVersion, version), source, advice);
}
