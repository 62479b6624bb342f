import type { StepKind } from "./plan.ts";

/**
 * The names of steps that have none of their own, for a list of siblings: the kind, with a number from the second
 * one of that kind on (`drain`, `drain-2`), below the name of the step around them (`workers/drain`). A step's
 * number depends on nothing but its place, so a name given to one step never renames another.
 */
export function defaultNames(kinds: readonly StepKind[], around: string): readonly string[] {
  const counts = new Map<StepKind, number>();
  return kinds.map((kind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = count === 1 ? kind : `${kind}-${count}`;
    return around === "" ? name : `${around}/${name}`;
  });
}

/** What the steps of `rollback` stand below. */
export const rollbackName = "rollback";
