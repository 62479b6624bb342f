import { hash32 } from "../../../../src/lib/hash.ts";

/** Random draws that a seed repeats. Every case draws from dice of its own, so that one can be made alone. */
export class Dice {
  #state: number;

  constructor(seed: string) {
    this.#state = hash32(seed);
  }

  /** A number from 0 up to, not including, 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.unit() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]!;
  }

  /** Up to `most` different items, in random order. */
  some<T>(from: readonly T[], most: number): T[] {
    const left = [...from];
    const taken: T[] = [];
    const count = this.int(0, Math.min(most, left.length));
    while (taken.length < count) taken.push(left.splice(this.int(0, left.length - 1), 1)[0]!);
    return taken;
  }

  /** At least one. */
  several<T>(from: readonly T[], most: number): T[] {
    const taken = this.some(from, most);
    return taken.length > 0 ? taken : [this.pick(from)];
  }

  list<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.int(least, most) }, (_, index) => make(index));
  }

  /** An object with one field, or none. */
  maybe<T>(share: number, make: () => T): T | undefined {
    return this.chance(share) ? make() : undefined;
  }
}
