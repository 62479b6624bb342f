import { hash32 } from "../../lib/hash.ts";
import { quantile, type QuantileTable } from "../../lib/statistics.ts";

/**
 * The one door for chance. Every tie-break, order and latency of a rehearsal is asked here, under a label that
 * says *what* is drawn (workload, ordinal, purpose), never when: so two plans with one seed meet the same luck,
 * and a draw does not change because another one was added before it.
 */
export interface Chooser {
  /** One of 0 … n-1. With n = 1 nothing is chosen. */
  choose(label: string, n: number): number;
  /** A number that puts this one thing in order among its equals; the same each time it is asked. */
  order(label: string): number;
  /** Whether something of this probability (0 to 1) happens; never under median luck. */
  happens(label: string, probability: number): boolean;
  /** A draw from a distribution of whole milliseconds. */
  sample(label: string, distribution: QuantileTable): number;
}

/** How durations are drawn: the median each time, or by the seed. */
export type Luck = "median" | "sampled";

/** A chooser that answers the same label alike for ever: the n-th time a label is used counts as another label. */
export class SeededChooser implements Chooser {
  readonly #seed: number;
  readonly #luck: Luck;
  readonly #uses = new Map<string, number>();

  constructor(seed: number, luck: Luck) {
    this.#seed = seed;
    this.#luck = luck;
  }

  choose(label: string, n: number): number {
    return n <= 1 ? 0 : Math.floor(this.#unit(label) * n);
  }

  happens(label: string, probability: number): boolean {
    return this.#luck === "sampled" && this.#unit(label) < probability;
  }

  order(label: string): number {
    return hash32(label, this.#seed);
  }

  sample(label: string, distribution: QuantileTable): number {
    return quantile(distribution, this.#luck === "median" ? 0.5 : this.#unit(label));
  }

  /** A number from 0 up to, not including, 1. */
  #unit(label: string): number {
    const use = this.#uses.get(label) ?? 0;
    this.#uses.set(label, use + 1);
    return hash32(use === 0 ? label : `${label}#${use}`, this.#seed) / 2 ** 32;
  }
}
