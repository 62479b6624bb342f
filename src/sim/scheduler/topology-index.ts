import { type Labels, labelValue } from "../../model/meta.ts";
import type { NodeInfo } from "./node-info.ts";

/** The domains of one topology key: each value has a number, and each node the number of its value. */
export class TopologyColumn {
  readonly key: string;
  /** By slot; -1 for a node without the label, and for no node. */
  domainOf: Int32Array;
  readonly #ids = new Map<string, number>();
  readonly #values: string[] = [];
  readonly #nodesIn: number[] = [];
  readonly #free: number[] = [];
  /** Grows whenever a node changes its domain. */
  version = 0;

  constructor(key: string, slots: readonly (NodeInfo | undefined)[]) {
    this.key = key;
    this.domainOf = new Int32Array(Math.max(64, slots.length)).fill(-1);
    for (const [slot, node] of slots.entries()) if (node) this.set(slot, node.labels);
  }

  /** One more than the largest number of a domain. */
  get size(): number {
    return this.#values.length;
  }

  /** The domain of this value; -1 if no node has it. */
  domain(value: string): number {
    return this.#ids.get(value) ?? -1;
  }

  /** A node came (with its labels), changed its labels, or left (without). */
  set(slot: number, labels: Labels | undefined): void {
    if (slot >= this.domainOf.length) this.domainOf = grown(this.domainOf, slot + 1, -1);
    const value = labels && labelValue(labels, this.key);
    const old = this.domainOf[slot]!;
    if (old >= 0 ? this.#values[old] === value : value === undefined) return;
    this.version++;
    this.domainOf[slot] = value === undefined ? -1 : this.#enter(value);
    if (old >= 0 && --this.#nodesIn[old]! === 0) {
      this.#ids.delete(this.#values[old]!);
      this.#free.push(old);
    }
  }

  #enter(value: string): number {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#values.length;
      this.#ids.set(value, id);
      this.#values[id] = value;
      this.#nodesIn[id] = 0;
    }
    this.#nodesIn[id]!++;
    return id;
  }
}

/** The topology keys that anything asked for. */
export class TopologyIndex {
  readonly #columns = new Map<string, TopologyColumn>();
  readonly #slots: readonly (NodeInfo | undefined)[];

  constructor(slots: readonly (NodeInfo | undefined)[]) {
    this.#slots = slots;
  }

  column(key: string): TopologyColumn {
    let column = this.#columns.get(key);
    if (!column) this.#columns.set(key, (column = new TopologyColumn(key, this.#slots)));
    return column;
  }

  set(slot: number, labels: Labels | undefined): void {
    for (const column of this.#columns.values()) column.set(slot, labels);
  }
}

/** A copy with room for at least `length` entries, twice as many as there were. */
export function grown<T extends Int32Array | Uint16Array | Uint8Array | Float64Array>(
  column: T,
  length: number,
  fill: number,
): T {
  const Column = column.constructor as new (length: number) => T;
  const copy = new Column(Math.max(length, 2 * column.length));
  copy.fill(fill, column.length);
  copy.set(column);
  return copy;
}
