import type { NodeInfo } from "./node-info.ts";
import { grown, type TopologyColumn } from "./topology-index.ts";

/** Pods by node, and what each of them counts. */
export interface Source {
  readonly counts: ReadonlyMap<NodeInfo, number>;
  readonly weight: number;
}

/** What some pods count for in each domain of one topology, kept up to date node by node. */
export class DomainSums {
  readonly topology: TopologyColumn;
  readonly sources: Source[] = [];
  /** By domain. */
  sums: Float64Array;
  /** How many pods count at all, whatever their weight. */
  hits = 0;
  /** What each node's pods count now, how many they are, and for which domain. */
  #value: Float64Array;
  #pods: Int32Array;
  #domain: Int32Array;

  constructor(topology: TopologyColumn, slots: number) {
    this.topology = topology;
    this.sums = new Float64Array(topology.size + 1);
    this.#value = new Float64Array(slots);
    this.#pods = new Int32Array(slots);
    this.#domain = new Int32Array(slots).fill(-1);
  }

  /** The node in this slot changed, its pods changed, or it is gone. */
  update(slot: number, node: NodeInfo | undefined): void {
    if (slot >= this.#domain.length) this.#grow(slot + 1);
    const before = this.#domain[slot]!;
    if (before >= 0) {
      this.sums[before]! -= this.#value[slot]!;
      this.hits -= this.#pods[slot]!;
    }
    const domain = node ? this.topology.domainOf[slot]! : -1;
    this.#domain[slot] = domain;
    if (!node || domain < 0) return;
    let value = 0;
    let pods = 0;
    for (const { counts, weight } of this.sources) {
      const count = counts.get(node);
      if (count === undefined) continue;
      value += weight * count;
      pods += count;
    }
    this.#value[slot] = value;
    this.#pods[slot] = pods;
    if (domain >= this.sums.length) this.sums = grown(this.sums, domain + 1, 0);
    this.sums[domain]! += value;
    this.hits += pods;
  }

  /** What counts in the domain of a node; 0 for one that is in none. */
  at(slot: number): number {
    const domain = this.topology.domainOf[slot]!;
    return domain >= 0 && domain < this.sums.length ? this.sums[domain]! : 0;
  }

  /** Whether the node is in a domain at all. */
  has(slot: number): boolean {
    return this.topology.domainOf[slot]! >= 0;
  }

  #grow(length: number): void {
    this.#value = grown(this.#value, length, 0);
    this.#pods = grown(this.#pods, length, 0);
    this.#domain = grown(this.#domain, length, -1);
  }
}
