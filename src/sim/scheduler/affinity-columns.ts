import {
  attractingTerms,
  ignoresOthers,
  preferredTerms,
  type SignedTerm,
} from "../plugins/affinity-scoring.ts";
import { affinityStatuses, hostileTerms, incomingTerms } from "../plugins/inter-pod-affinity.ts";
import type { Cycle, Status } from "../plugins/plugin.ts";
import { matchesAllTerms, termsMatcher } from "../plugins/terms-matcher.ts";
import type { AffinityTerm, AffinityTerms } from "./affinity-terms.ts";
import type { SchedulerCache } from "./cache.ts";
import { DomainSums } from "./domain-sums.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodCounter } from "./pod-counts.ts";

/** Sums by topology key. */
type SumsByKey = Map<string, DomainSums>;

/** Pod affinity of one class in both directions: who counts in which domain, kept up to date node by node. */
export class AffinityColumns {
  /** Pods that match all required terms; pods that match a required anti-affinity term; pods that reject this class. */
  readonly #affinity: SumsByKey = new Map();
  readonly #antiAffinity: SumsByKey = new Map();
  readonly #existing: SumsByKey = new Map();
  /** What speaks for and against a domain. */
  readonly score: SumsByKey = new Map();
  readonly #filters: boolean;
  readonly #scores: boolean;
  readonly #required: readonly AffinityTerm[];
  readonly #matchesItself: boolean;
  readonly #cycle: Cycle;
  readonly #cache: SchedulerCache;
  readonly #counters: PodCounter[] = [];
  readonly #seen = new Set<AffinityTerms>();
  #ownersVersion = -1;
  readonly #namespaces: number;
  readonly #epoch: number;

  constructor(cycle: Cycle, cache: SchedulerCache, filters: boolean, scores: boolean) {
    this.#cycle = cycle;
    this.#cache = cache;
    this.#namespaces = cache.version("Namespace");
    this.#epoch = cache.ownersEpoch;
    this.#filters = filters;
    this.#scores = scores && !ignoresOthers(cycle);
    this.#required = filters ? incomingTerms(cycle.pod.terms.required, cycle) : [];
    this.#matchesItself = matchesAllTerms(this.#required, cycle.pod.labelSet);
    if (this.#required.length > 0) {
      const { counts } = this.#hold(this.#required);
      for (const key of new Set(this.#required.map(({ topologyKey }) => topologyKey)))
        this.#sums(this.#affinity, key).sources.push({ counts, weight: 1 });
    }
    for (const term of filters ? incomingTerms(cycle.pod.terms.requiredAnti, cycle) : [])
      this.#sums(this.#antiAffinity, term.topologyKey).sources.push({
        counts: this.#hold([term]).counts,
        weight: 1,
      });
    for (const { term, weight } of this.#scores ? preferredTerms(cycle) : [])
      this.#sums(this.score, term.topologyKey).sources.push({ counts: this.#hold([term]).counts, weight });
    this.meetOwners();
  }

  /** Whether namespaces or forgotten owners make all of this void. */
  get isVoid(): boolean {
    return this.#namespaces !== this.#cache.version("Namespace") || this.#epoch !== this.#cache.ownersEpoch;
  }

  #hold(terms: readonly AffinityTerm[]): PodCounter {
    const counter = this.#cache.counts.hold(termsMatcher(terms));
    this.#counters.push(counter);
    return counter;
  }

  #sums(byKey: SumsByKey, key: string): DomainSums {
    let sums = byKey.get(key);
    if (!sums) {
      sums = new DomainSums(this.#cache.topology.column(key), this.#cache.slots.length);
      byKey.set(key, sums);
    }
    return sums;
  }

  /** Takes in pod affinity that appeared since; the nodes of those pods have to be updated then: it returns them. */
  meetOwners(): readonly NodeInfo[] {
    if (this.#ownersVersion === this.#cache.ownersVersion) return [];
    this.#ownersVersion = this.#cache.ownersVersion;
    const concerned: NodeInfo[] = [];
    for (const { terms, nodes } of this.#cache.termOwners()) {
      if (this.#seen.has(terms)) continue;
      this.#seen.add(terms);
      const hostile = this.#filters ? hostileTerms(terms, this.#cycle) : [];
      const attracting: readonly SignedTerm[] = this.#scores ? attractingTerms(terms, this.#cycle) : [];
      for (const { topologyKey } of hostile)
        this.#sums(this.#existing, topologyKey).sources.push({ counts: nodes, weight: 1 });
      for (const { term, weight } of attracting)
        this.#sums(this.score, term.topologyKey).sources.push({ counts: nodes, weight });
      if (hostile.length + attracting.length > 0) concerned.push(...nodes.keys());
    }
    return concerned;
  }

  update(slot: number, node: NodeInfo | undefined): void {
    for (const sums of this.#affinity.values()) sums.update(slot, node);
    for (const sums of this.#antiAffinity.values()) sums.update(slot, node);
    for (const sums of this.#existing.values()) sums.update(slot, node);
    for (const sums of this.score.values()) sums.update(slot, node);
  }

  /** Whether any node can be refused. */
  get canRefuse(): boolean {
    return this.#required.length > 0 || this.#antiAffinity.size > 0 || this.#existing.size > 0;
  }

  /** Why a node is refused, or undefined. */
  refusal(slot: number): Status | undefined {
    if (this.#required.length > 0 && !this.#satisfiesAffinity(slot)) return affinityStatuses.affinity;
    for (const sums of this.#antiAffinity.values())
      if (sums.at(slot) > 0) return affinityStatuses.antiAffinity;
    for (const sums of this.#existing.values()) if (sums.at(slot) > 0) return affinityStatuses.existing;
    return undefined;
  }

  #satisfiesAffinity(slot: number): boolean {
    let podsExist = true;
    let anywhere = 0;
    for (const sums of this.#affinity.values()) {
      if (!sums.has(slot)) return false;
      if (sums.at(slot) <= 0) podsExist = false;
      anywhere += sums.hits;
    }
    return podsExist || (anywhere === 0 && this.#matchesItself);
  }

  /** The sums that score, if any pod counts in them at all; undefined: the plugin skips itself. */
  scoringSums(): readonly DomainSums[] | undefined {
    let hits = 0;
    for (const sums of this.score.values()) hits += sums.hits;
    return hits === 0 ? undefined : [...this.score.values()];
  }

  release(): void {
    for (const counter of this.#counters) this.#cache.counts.release(counter);
  }
}
