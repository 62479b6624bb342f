import type { Standing } from "./fold.ts";
import type { ReadyCounts } from "./journal.ts";

/** The cluster as it was found before a step, and what speaks against going on. */
interface Look {
  /** The verdict's word for the rest of the plan. */
  readonly word: string;
  readonly objections: readonly string[];
  /** When the step and the plan would end by that; undefined where they do not. The executor's time, in milliseconds. */
  readonly stepEnd?: number;
  readonly end?: number;
  /** The Services that have fewer Ready pods than when the run began. */
  readonly services?: ReadyCounts;
}

/** Looks at the cluster before a step, and rehearses the rest of the plan. */
export type Guard = (standing: Standing, step: string) => Promise<Look>;
