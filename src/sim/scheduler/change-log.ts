/**
 * Which nodes changed since when. Whoever derives something from nodes remembers how far he has read, and looks again
 * only at what changed since.
 */
export class ChangeLog {
  /** The slots that changed. */
  #entries: number[] = [];
  /** The position of the first entry that is kept. */
  #start = 0;
  /** By slot: the position of its last entry, and of the last that was about the node itself. */
  readonly #last: number[] = [];
  readonly #lastOfNode: number[] = [];

  /** The position after the newest entry. */
  get end(): number {
    return this.#start + this.#entries.length;
  }

  /** The node in this slot changed; `isNode`: the node itself, and not only the pods on it. */
  record(slot: number, isNode: boolean): void {
    while (this.#last.length <= slot) {
      this.#last.push(-1);
      this.#lastOfNode.push(-1);
    }
    this.#last[slot] = this.end;
    if (isNode) this.#lastOfNode[slot] = this.end;
    this.#entries.push(slot);
  }

  /** Forgets the older half once there are more than `limit` entries. */
  trim(limit: number): void {
    if (this.#entries.length <= limit) return;
    const dropped = this.#entries.length - (limit >> 1);
    this.#entries = this.#entries.slice(dropped);
    this.#start += dropped;
  }

  /**
   * Each slot that changed from a position on (0: from the beginning), once. `isNode`: the node itself changed too.
   * Where that is most of them, or more than is kept, it goes by slot, not by entry.
   */
  since(position: number, each: (slot: number, isNode: boolean) => void): void {
    const { end } = this;
    const slots = this.#last.length;
    if (position < this.#start || end - position > slots) {
      for (let slot = 0; slot < slots; slot++)
        if (this.#last[slot]! >= position) each(slot, this.#lastOfNode[slot]! >= position);
      return;
    }
    for (let at = position; at < end; at++) {
      const slot = this.#entries[at - this.#start]!;
      if (this.#last[slot] === at) each(slot, this.#lastOfNode[slot]! >= position);
    }
  }
}
