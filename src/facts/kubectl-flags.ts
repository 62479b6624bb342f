/**
 * Which of kubectl drain's flags a minor knows. Source: facts/drain.json, perMinorDifferences (diffs between the tags
 * of kubernetes/kubectl). Flags that every minor from 1.17 on has are not listed.
 */
export interface DrainFlagFact {
  readonly flag: string;
  /** The first minor that has it. */
  readonly since: number;
  /** The first minor that has it no more. */
  readonly until?: number;
  /** What to type before, or after, it is there; empty: nothing does the same. */
  readonly instead: string;
}

export const drainFlagFacts: readonly DrainFlagFact[] = [
  { flag: "--disable-eviction", since: 18, instead: "" },
  { flag: "--skip-wait-for-delete-timeout", since: 18, instead: "" },
  { flag: "--delete-emptydir-data", since: 20, instead: "--delete-local-data" },
  { flag: "--delete-local-data", since: 0, until: 31, instead: "--delete-emptydir-data" },
];

/** The fact about a flag where a kubectl of this minor does not know it; undefined where it does. */
export function unknownDrainFlag(flag: string, minor: number): DrainFlagFact | undefined {
  const fact = drainFlagFacts.find((each) => each.flag === flag);
  if (!fact) return undefined;
  return minor < fact.since || (fact.until !== undefined && minor >= fact.until) ? fact : undefined;
}
