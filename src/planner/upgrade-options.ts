import type { Drainer } from "../plan/plan.ts";
import type { Strategy } from "../plan/strategy.ts";

/** How an upgrade is to go, besides where to. */
export interface UpgradeOptions {
  /** A pass over the workers for each minor, in place of as few as the skew policy allows. */
  readonly lockstep: boolean;
  /** Undefined: each worker where it is, or as the owner of its pool has it. */
  readonly strategy?: Strategy | "inPlace";
  /** Workers that go first, alone. */
  readonly canary: number;
  /** How many workers at a time: a number or a percentage; undefined: one, or as the owner of a pool has it. */
  readonly maxParallel?: number | string;
  /** Milliseconds that each minor on the way is looked at before the next one. */
  readonly soakBetweenMinors: number;
  /** Whose rules empty nodes; undefined: kubectl's, or those of a pool's owner. */
  readonly drainer?: Drainer;
}
