import type { Cycle, Status } from "../plugins/plugin.ts";
import { spreadStatuses } from "../plugins/pod-topology-spread.ts";
import {
  hasAllKeys,
  isIncluded,
  isSpread,
  type SpreadConstraint,
  spreadMatcher,
} from "../plugins/spread-constraints.ts";
import type { SchedulerCache } from "./cache.ts";
import type { FeasibleNodes } from "./feasible-nodes.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodCounter } from "./pod-counts.ts";
import { grown, type TopologyColumn } from "./topology-index.ts";

/** The domains that nodes are in, and whether some are in none. */
export interface MetDomains {
  readonly domains: readonly number[];
  readonly hasOthers: boolean;
}

/** One constraint of a class: the matching pods of each domain that counts, kept up to date node by node. */
export class SpreadColumn {
  readonly constraint: SpreadConstraint;
  readonly topology: TopologyColumn;
  readonly counter: PodCounter | undefined;
  readonly selfMatch: 0 | 1;
  /** By domain: matching pods, and the nodes that count. */
  sums: Int32Array;
  nodesIn: Int32Array;
  /** By slot: matching pods on the node, and the domain that they count for (-1: none). */
  onNode: Int32Array;
  #countedIn: Int32Array;
  /** The domains of some feasible nodes, remembered as long as those are the same. */
  #met: MetDomains = { domains: [], hasOthers: false };
  #metKey = -1;
  #metVersion = -1;
  /** By domain: in which counting it was met last. */
  #meetings = new Int32Array(0);
  #meeting = 0;

  constructor(constraint: SpreadConstraint, cycle: Cycle, cache: SchedulerCache) {
    const { namespace, labels } = cycle.pod.pod;
    const matcher = spreadMatcher(constraint, namespace, cycle.behaviour);
    this.constraint = constraint;
    this.topology = cache.topology.column(constraint.topologyKey);
    this.sums = new Int32Array(this.topology.size + 1);
    this.nodesIn = new Int32Array(this.topology.size + 1);
    this.counter = matcher && cache.counts.hold(matcher);
    this.selfMatch = isSpread(constraint, labels) ? 1 : 0;
    this.onNode = new Int32Array(cache.slots.length);
    this.#countedIn = new Int32Array(cache.slots.length).fill(-1);
  }

  /** The pods on a node changed: it counts where it counted. */
  updatePods(slot: number, node: NodeInfo): void {
    const count = this.counter?.counts.get(node) ?? 0;
    const domain = this.#countedIn[slot]!;
    if (domain >= 0) this.sums[domain]! += count - this.onNode[slot]!;
    this.onNode[slot] = count;
  }

  /** A node came, changed or left; `counts`: it has all the keys, and the policies include it. */
  updateNode(slot: number, node: NodeInfo | undefined, counts: boolean): void {
    if (slot >= this.onNode.length) {
      this.onNode = grown(this.onNode, slot + 1, 0);
      this.#countedIn = grown(this.#countedIn, slot + 1, -1);
    }
    const before = this.#countedIn[slot]!;
    if (before >= 0) {
      this.sums[before]! -= this.onNode[slot]!;
      this.nodesIn[before]!--;
    }
    const count = node ? (this.counter?.counts.get(node) ?? 0) : 0;
    this.onNode[slot] = count;
    const domain = counts ? this.topology.domainOf[slot]! : -1;
    this.#countedIn[slot] = domain;
    if (domain < 0) return;
    if (domain >= this.sums.length) {
      this.sums = grown(this.sums, domain + 1, 0);
      this.nodesIn = grown(this.nodesIn, domain + 1, 0);
    }
    this.sums[domain]! += count;
    this.nodesIn[domain]!++;
  }

  /** The matching pods of a domain. */
  sumIn(domain: number): number {
    return domain < this.sums.length ? this.sums[domain]! : 0;
  }

  /** The domains that feasible nodes are in. `raw`: those with a raw score below 0 are left out. */
  meet(feasible: FeasibleNodes, raw?: Float64Array): MetDomains {
    const { topology } = this;
    if (this.#metKey === feasible.key && this.#metVersion === topology.version && !raw) return this.#met;
    if (this.#meetings.length < topology.size) this.#meetings = new Int32Array(2 * topology.size);
    const meetings = this.#meetings;
    const meeting = ++this.#meeting;
    const domains: number[] = [];
    let hasOthers = false;
    for (let i = 0; i < feasible.count; i++) {
      if (raw && raw[i]! < 0) continue;
      const domain = topology.domainOf[feasible.slots[i]!]!;
      if (domain < 0) hasOthers = true;
      else if (meetings[domain] !== meeting) {
        meetings[domain] = meeting;
        domains.push(domain);
      }
    }
    this.#met = { domains, hasOthers };
    this.#metKey = raw ? -1 : feasible.key;
    this.#metVersion = topology.version;
    return this.#met;
  }

  /** The smallest domain; 0 while there are fewer than minDomains. */
  minimum(): number {
    const { sums, nodesIn } = this;
    let domains = 0;
    let least = Infinity;
    for (let domain = 0; domain < nodesIn.length; domain++) {
      if (nodesIn[domain] === 0) continue;
      domains++;
      if (sums[domain]! < least) least = sums[domain]!;
    }
    return domains < this.constraint.minDomains ? 0 : least;
  }
}

/** All constraints of a class with one action, and which nodes count for them. */
export class SpreadColumns {
  readonly columns: readonly SpreadColumn[];
  readonly #constraints: readonly SpreadConstraint[];
  readonly #cycle: Cycle;
  readonly #needsAll: boolean;
  /** What stands against each column while nodes are filtered. */
  #minima: number[] = [];
  /** By slot: 1 for a node without one of the keys; and how many there are. */
  lacks: Uint8Array;
  lacking = 0;

  constructor(
    constraints: readonly SpreadConstraint[],
    cycle: Cycle,
    cache: SchedulerCache,
    needsAll: boolean,
  ) {
    this.columns = constraints.map((constraint) => new SpreadColumn(constraint, cycle, cache));
    this.#constraints = constraints;
    this.#cycle = cycle;
    this.#needsAll = needsAll;
    this.lacks = new Uint8Array(cache.slots.length);
  }

  update(slot: number, node: NodeInfo | undefined, isNode: boolean): void {
    if (!isNode && node) {
      for (const column of this.columns) column.updatePods(slot, node);
      return;
    }
    const lacks = node !== undefined && !hasAllKeys(this.#constraints, node.labels);
    this.#setLacks(slot, lacks ? 1 : 0);
    const hasKeys = node !== undefined && !(this.#needsAll && lacks);
    for (const column of this.columns)
      column.updateNode(slot, node, hasKeys && isIncluded(column.constraint, this.#cycle.pod, node));
  }

  #setLacks(slot: number, lacks: 0 | 1): void {
    if (slot >= this.lacks.length) this.lacks = grown(this.lacks, slot + 1, 0);
    this.lacking += lacks - this.lacks[slot]!;
    this.lacks[slot] = lacks;
  }

  /** To be called before {@link refusal}, once for a decision. */
  prepare(): void {
    this.#minima = this.columns.map((column) => column.minimum());
  }

  /** Why a node is refused, or undefined. */
  refusal(slot: number): Status | undefined {
    for (let index = 0; index < this.columns.length; index++) {
      const { topology, sums, selfMatch, constraint } = this.columns[index]!;
      const domain = topology.domainOf[slot]!;
      if (domain < 0) return spreadStatuses.missingLabel;
      const matching = domain < sums.length ? sums[domain]! : 0;
      if (matching + selfMatch - this.#minima[index]! > constraint.maxSkew) return spreadStatuses.skewed;
    }
    return undefined;
  }

  release(cache: SchedulerCache): void {
    for (const { counter } of this.columns) if (counter) cache.counts.release(counter);
  }
}
