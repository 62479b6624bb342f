import { formatPath, type Problem } from "../model/problem.ts";

/** Where a plan was read, and on which line each of its fields stands. */
export interface PlanSource {
  readonly file: string;
  /** Number of the document in its file, from 1. */
  readonly document: number;
  /** The line of a field, or of the deepest field around it that is there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Where a plan comes from; a plan that a command made has no lines. */
export type Source = Pick<PlanSource, "file"> & Partial<PlanSource>;

/** A problem of the field at `path`, with its line where the source tells. */
export function problemAt(
  path: readonly PropertyKey[],
  message: string,
  { file, document, lineOf }: Source,
  advice?: string,
): Problem {
  const origin =
    document !== undefined && lineOf !== undefined ? { file, document, line: lineOf(path) } : { file };
  const field = path.length === 0 ? {} : { field: formatPath(path) };
  return { origin, ...field, message, ...(advice === undefined ? {} : { advice }) };
}

/** In the order of the file. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const line = ({ origin }: Problem) => ("line" in origin ? origin.line : 0);
  return [...problems].sort((a, b) => line(a) - line(b));
}
