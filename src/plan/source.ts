import { formatPath, type Problem } from "../model/problem.ts";

/** Where a plan was read, and on which line each of its fields stands. */
export interface PlanSource {
  readonly file: string;
  /** Number of the document in its file, from 1. */
  readonly document: number;
  /** The line of a field, or of the deepest field around it that is there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
  /** Where the file has the plan's `spec`, if not there: a scenario has it in `spec.plan`. */
  readonly spec?: readonly PropertyKey[];
}

/** Where a plan comes from; a plan that a command made has no lines. */
export type Source = Pick<PlanSource, "file"> & Partial<PlanSource>;

/** A problem of the field at this path, with its line where the source tells. */
export function problemAt(
  at: readonly PropertyKey[],
  message: string,
  { file, document, lineOf, spec }: Source,
  advice?: string,
): Problem {
  const path = placeOf(at, spec);
  const origin =
    document !== undefined && lineOf !== undefined ? { file, document, line: lineOf(path) } : { file };
  const field = path.length === 0 ? {} : { field: formatPath(path) };
  return { origin, ...field, message, ...(advice === undefined ? {} : { advice }) };
}

/** The line of the field at this path, where the source tells. */
export function lineAt(at: readonly PropertyKey[], { lineOf, spec }: Source): number | undefined {
  return lineOf?.(placeOf(at, spec));
}

function placeOf(
  at: readonly PropertyKey[],
  spec: readonly PropertyKey[] | undefined,
): readonly PropertyKey[] {
  return spec && at[0] === "spec" ? [...spec, ...at.slice(1)] : at;
}

/** In the order of the file. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const line = ({ origin }: Problem) => ("line" in origin ? origin.line : 0);
  return [...problems].sort((a, b) => line(a) - line(b));
}
