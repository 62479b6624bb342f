/** How many pods there are of each priority. */
export class PriorityCounts {
  readonly #counts = new Map<number, number>();
  #lowest = Infinity;

  add(priority: number, delta: 1 | -1): void {
    const count = (this.#counts.get(priority) ?? 0) + delta;
    if (count > 0) this.#counts.set(priority, count);
    else this.#counts.delete(priority);
    if (priority < this.#lowest) this.#lowest = priority;
    else if (count === 0 && priority === this.#lowest) {
      this.#lowest = Infinity;
      for (const each of this.#counts.keys()) if (each < this.#lowest) this.#lowest = each;
    }
  }

  /** The lowest priority that a pod has; Infinity without pods. */
  get lowest(): number {
    return this.#lowest;
  }
}
