import { normalizedAffinity } from "../plugins/affinity-scoring.ts";
import { hostnameKey } from "../plugins/spread-constraints.ts";
import { costOf, normalizedSpread, topologyWeight } from "../plugins/spread-scoring.ts";
import type { SchedulerCache } from "./cache.ts";
import type { FeasibleNodes } from "./feasible-nodes.ts";
import type { RawScores, SchedulingClass } from "./scheduling-class.ts";
import type { SpreadColumn, SpreadColumns } from "./spread-columns.ts";

/** Where raw scores lie so close together, what each comes to is computed once. */
const widestTable = 1_024;

/**
 * Adds up the scores of the feasible nodes from the columns of a class: the sums of `runScores`, without asking a
 * plugin; what all nodes get alike is left out. Everything here is scratch of one scheduler.
 */
export class ClassScores {
  #totals = new Float64Array(0);
  #raw = new Float64Array(0);
  #best = new Int32Array(0);
  readonly #table = new Float64Array(widestTable + 1);
  #domainTable = new Float64Array(64);

  /** The slot of the best feasible node: of those that score alike, the one that `pick` says. */
  choose(
    group: SchedulingClass,
    cache: SchedulerCache,
    feasible: FeasibleNodes,
    pick: (n: number) => number,
  ): number {
    if (this.#best.length < feasible.count) {
      this.#totals = new Float64Array(cache.slots.length);
      this.#raw = new Float64Array(cache.slots.length);
      this.#best = new Int32Array(cache.slots.length);
    }
    this.#addUp(group, cache, feasible);
    return this.#pickBest(feasible, pick);
  }

  /** Ties are counted in the order of the cluster's nodes, wherever the search began. */
  #pickBest({ slots, count, wrapsAt }: FeasibleNodes, pick: (n: number) => number): number {
    const totals = this.#totals;
    const best = this.#best;
    let most = -Infinity;
    let ties = 0;
    for (let i = 0; i < count; i++) {
      const total = totals[i]!;
      if (total < most) continue;
      if (total > most) {
        most = total;
        ties = 0;
      }
      best[ties++] = i;
    }
    let before = 0;
    while (before < ties && best[before]! < wrapsAt) before++;
    return slots[best[(pick(ties) + before) % ties]!]!;
  }

  #addUp(group: SchedulingClass, cache: SchedulerCache, feasible: FeasibleNodes): void {
    const totals = this.#totals;
    const { podScores, weights, softSpread, needsAllTopologies } = group;
    const { slots, count } = feasible;
    for (let i = 0; i < count; i++) totals[i] = podScores[slots[i]!]!;
    for (const scores of group.rawScores) if (scores.nonZero > 0) this.#addNormalized(scores, feasible);
    const images = group.images?.scores(cache);
    if (images) this.#addWeighted(images, weights.get("ImageLocality")!, feasible);
    if (softSpread) {
      const weight = weights.get("PodTopologySpread")!;
      const rounds = group.cycle.behaviour.spreadRounds;
      const [only, ...others] = softSpread.columns;
      if (needsAllTopologies && softSpread.lacking > 0)
        this.#addSpread(softSpread, rounds, weight, feasible, true);
      else if (others.length === 0 && only!.constraint.topologyKey !== hostnameKey)
        this.#addSpreadByDomain(only!, rounds, weight, feasible);
      else this.#addSpread(softSpread, rounds, weight, feasible, false);
    }
    this.#addAffinity(group, feasible);
  }

  #addWeighted(scores: Int32Array, weight: number, { slots, count }: FeasibleNodes): void {
    for (let i = 0; i < count; i++) this.#totals[i]! += weight * scores[slots[i]!]!;
  }

  /** Source: plugins/helper/normalize_score.go, DefaultNormalizeScore. */
  #addNormalized({ raw, weight, normalization }: RawScores, { slots, count }: FeasibleNodes): void {
    const totals = this.#totals;
    let most = 0;
    for (let i = 0; i < count; i++) {
      const score = raw[slots[i]!]!;
      if (score > most) most = score;
    }
    if (most === 0) return;
    const sign = normalization === "inverse" ? -weight : weight;
    for (let i = 0; i < count; i++) totals[i]! += sign * Math.trunc((100 * raw[slots[i]!]!) / most);
  }

  /** With one constraint over few domains, all nodes of a domain score alike. */
  #addSpreadByDomain(column: SpreadColumn, rounds: boolean, weight: number, feasible: FeasibleNodes): void {
    const { topology, constraint } = column;
    const { domains, hasOthers } = column.meet(feasible);
    const each = topologyWeight(domains.length + (hasOthers ? 1 : 0));
    const toWhole = rounds ? Math.round : Math.trunc;
    if (this.#domainTable.length < topology.size) this.#domainTable = new Float64Array(2 * topology.size);
    const table = this.#domainTable;
    let least = hasOthers ? 0 : Infinity;
    let most = 0;
    for (const domain of domains) {
      const score = toWhole(costOf(column.sumIn(domain), each, constraint.maxSkew));
      table[domain] = score;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (const domain of domains) table[domain] = weight * normalizedSpread(table[domain]!, least, most);
    const others = weight * normalizedSpread(0, least, most);
    const totals = this.#totals;
    const { slots, count } = feasible;
    const { domainOf } = topology;
    for (let i = 0; i < count; i++) {
      const domain = domainOf[slots[i]!]!;
      totals[i]! += domain < 0 ? others : table[domain]!;
    }
  }

  /** `marks`: nodes without one of the keys score 0 and count for nothing. */
  #addSpread(
    spread: SpreadColumns,
    rounds: boolean,
    weight: number,
    feasible: FeasibleNodes,
    marks: boolean,
  ): void {
    const raw = this.#raw;
    raw.fill(0, 0, feasible.count);
    const scored = marks ? this.#markLacking(spread, feasible) : feasible.count;
    for (const column of spread.columns) {
      if (column.constraint.topologyKey === hostnameKey) {
        this.#addHostCosts(column, topologyWeight(scored), feasible);
        continue;
      }
      const { domains, hasOthers } = column.meet(feasible, marks ? raw : undefined);
      this.#addDomainCosts(column, topologyWeight(domains.length + (hasOthers ? 1 : 0)), feasible);
    }
    this.#addNormalizedSpread(rounds, weight, feasible.count);
  }

  /** Sets the raw score of those nodes to -1; returns how many others there are. */
  #markLacking(spread: SpreadColumns, { slots, count }: FeasibleNodes): number {
    let scored = count;
    for (let i = 0; i < count; i++)
      if (spread.lacks[slots[i]!] === 1) {
        this.#raw[i] = -1;
        scored--;
      }
    return scored;
  }

  #addHostCosts({ topology, onNode, constraint }: SpreadColumn, each: number, feasible: FeasibleNodes): void {
    const raw = this.#raw;
    const { slots, count } = feasible;
    const { domainOf } = topology;
    const { maxSkew } = constraint;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (raw[i]! >= 0 && domainOf[slot]! >= 0) raw[i]! += costOf(onNode[slot]!, each, maxSkew);
    }
  }

  #addDomainCosts(column: SpreadColumn, each: number, { slots, count }: FeasibleNodes): void {
    const raw = this.#raw;
    const { domainOf } = column.topology;
    const { maxSkew } = column.constraint;
    for (let i = 0; i < count; i++) {
      const domain = domainOf[slots[i]!]!;
      if (raw[i]! >= 0 && domain >= 0) raw[i]! += costOf(column.sumIn(domain), each, maxSkew);
    }
  }

  #addNormalizedSpread(rounds: boolean, weight: number, count: number): void {
    const raw = this.#raw;
    const totals = this.#totals;
    let least = Infinity;
    let most = 0;
    for (let i = 0; i < count; i++) {
      if (raw[i]! < 0) continue;
      const score = rounds ? Math.round(raw[i]!) : Math.trunc(raw[i]!);
      raw[i] = score;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    if (most - least > widestTable) {
      for (let i = 0; i < count; i++)
        if (raw[i]! >= 0) totals[i]! += weight * normalizedSpread(raw[i]!, least, most);
      return;
    }
    const table = this.#table;
    for (let score = least; score <= most; score++)
      table[score - least] = weight * normalizedSpread(score, least, most);
    for (let i = 0; i < count; i++) if (raw[i]! >= 0) totals[i]! += table[raw[i]! - least]!;
  }

  #addAffinity({ affinity, weights }: SchedulingClass, feasible: FeasibleNodes): void {
    const weight = weights.get("InterPodAffinity");
    const all = weight === undefined ? undefined : affinity?.scoringSums();
    if (!all) return;
    const raw = this.#raw;
    const totals = this.#totals;
    const { slots, count } = feasible;
    raw.fill(0, 0, count);
    for (const { topology, sums } of all) {
      const { domainOf } = topology;
      for (let i = 0; i < count; i++) {
        const domain = domainOf[slots[i]!]!;
        if (domain >= 0 && domain < sums.length) raw[i]! += sums[domain]!;
      }
    }
    let least = Infinity;
    let most = -Infinity;
    for (let i = 0; i < count; i++) {
      if (raw[i]! < least) least = raw[i]!;
      if (raw[i]! > most) most = raw[i]!;
    }
    if (most <= least) return;
    if (most - least > widestTable) {
      for (let i = 0; i < count; i++) totals[i]! += weight! * normalizedAffinity(raw[i]!, least, most);
      return;
    }
    const table = this.#table;
    for (let sum = least; sum <= most; sum++)
      table[sum - least] = weight! * normalizedAffinity(sum, least, most);
    for (let i = 0; i < count; i++) totals[i]! += table[raw[i]! - least]!;
  }
}
