import type { Course, Fact } from "./course.ts";

/** Where a rehearsal and the lab part. */
export interface Difference {
  readonly fact: string;
  /** What the rehearsal said; undefined: nothing. */
  readonly rehearsed: Fact | undefined;
  readonly real: Fact | undefined;
  /** The first of the other seeds under which it goes as it really did: what it hangs on is left to chance. */
  readonly seed: number | undefined;
}

/** Times are told to the second by the lab's kubelets, and a machine with other work to do is late. Milliseconds. */
const toleranceMillis = 2_000;

/**
 * The facts in which the rehearsal under the first seed is not what really happened, in the order of its course; the
 * other seeds tell which of them are chance.
 */
export function differencesOf(
  real: Course,
  rehearsed: Course,
  others: ReadonlyMap<number, Course>,
): readonly Difference[] {
  const names = new Set([...rehearsed.keys(), ...real.keys()]);
  return [...names]
    .filter((fact) => !agree(rehearsed.get(fact), real.get(fact)))
    .map((fact) => ({
      fact,
      rehearsed: rehearsed.get(fact),
      real: real.get(fact),
      seed: [...others].find(([, course]) => agree(course.get(fact), real.get(fact)))?.[0],
    }));
}

function agree(a: Fact | undefined, b: Fact | undefined): boolean {
  if (a?.kind === "millis" && b?.kind === "millis") return Math.abs(a.value - b.value) <= toleranceMillis;
  return a?.kind === b?.kind && a?.value === b?.value;
}
