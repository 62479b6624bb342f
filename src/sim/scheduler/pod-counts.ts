import { labelValue, type Labels } from "../../model/meta.ts";
import type { PodMatcher } from "../plugins/plugin.ts";
import type { NodeInfo } from "./node-info.ts";
import type { LabelSet } from "./pod-info.ts";

/**
 * Where the pods of a cluster are, counted by node, so that no question about them needs a look at every pod: pods
 * with the same namespace and labels are counted together, and a question is asked of each such group only once.
 */

/** Pods of one namespace with the same labels, by node. */
class Tally implements LabelSet {
  readonly namespace: string;
  readonly labels: Labels;
  readonly key: string;
  /** Pods that are not terminating, and those that are. */
  readonly running = new Map<NodeInfo, number>();
  readonly terminating = new Map<NodeInfo, number>();
  /** The counters that these pods count for. */
  readonly counters: PodCounter[] = [];
  isListed = false;

  constructor(namespace: string, labels: Labels, key: string) {
    this.namespace = namespace;
    this.labels = labels;
    this.key = key;
  }

  get isEmpty(): boolean {
    return this.running.size === 0 && this.terminating.size === 0;
  }
}

/** The standing answer to one question: how many of the matching pods each node has. */
export class PodCounter {
  readonly matcher: PodMatcher;
  readonly counts = new Map<NodeInfo, number>();
  /** How many scheduling classes ask. */
  uses = 0;

  constructor(matcher: PodMatcher) {
    this.matcher = matcher;
  }
}

export class PodCounts {
  readonly #byKey = new Map<string, Tally>();
  readonly #byLabels = new WeakMap<Labels, Tally>();
  readonly #byNamespace = new Map<string, Set<Tally>>();
  readonly #counters = new Map<string, PodCounter>();
  /** Counters by the namespaces that they look at; under "" those that look at all. */
  readonly #countersOf = new Map<string, Set<PodCounter>>();
  #unlistedLimit = 10_000;

  /** The group that pods of this namespace with these labels belong to; the same object for equal ones. */
  labelSet(namespace: string, labels: Labels): LabelSet {
    const known = this.#byLabels.get(labels);
    if (known && known.namespace === namespace && this.#byKey.get(known.key) === known) return known;
    const key = keyOf(namespace, labels);
    let tally = this.#byKey.get(key);
    if (!tally) {
      this.#forgetUnlisted();
      this.#byKey.set(key, (tally = new Tally(namespace, labels, key)));
    }
    this.#byLabels.set(labels, tally);
    return tally;
  }

  /** Counts pods on a node in or out. */
  add(labelSet: LabelSet, node: NodeInfo, isTerminating: boolean, delta: number): void {
    const tally = labelSet as Tally;
    if (!tally.isListed) this.#list(tally);
    change(isTerminating ? tally.terminating : tally.running, node, delta);
    for (const counter of tally.counters)
      if (!isTerminating || counter.matcher.countsTerminating) change(counter.counts, node, delta);
    if (delta < 0 && tally.isEmpty) this.#unlist(tally);
  }

  /** A group comes to have pods: every counter is asked whether they count. */
  #list(tally: Tally): void {
    tally.isListed = true;
    this.#byKey.set(tally.key, tally);
    let space = this.#byNamespace.get(tally.namespace);
    if (!space) this.#byNamespace.set(tally.namespace, (space = new Set()));
    space.add(tally);
    for (const name of ["", tally.namespace])
      for (const counter of this.#countersOf.get(name) ?? [])
        if (counter.matcher.matches(tally)) tally.counters.push(counter);
  }

  /** Groups that were named but never had a pod on a node go when there are many of them. */
  #forgetUnlisted(): void {
    if (this.#byKey.size < this.#unlistedLimit) return;
    for (const [key, tally] of this.#byKey) if (!tally.isListed) this.#byKey.delete(key);
    this.#unlistedLimit = 2 * this.#byKey.size + 10_000;
  }

  /** The last pod of a group is gone: nothing has to remember it. */
  #unlist(tally: Tally): void {
    tally.isListed = false;
    tally.counters.length = 0;
    this.#byKey.delete(tally.key);
    const space = this.#byNamespace.get(tally.namespace)!;
    space.delete(tally);
    if (space.size === 0) this.#byNamespace.delete(tally.namespace);
  }

  /** How many of the matching pods each node has, now. */
  countsOf(matcher: PodMatcher): ReadonlyMap<NodeInfo, number> {
    const standing = this.#counters.get(matcher.key);
    if (standing) return standing.counts;
    const counts = new Map<NodeInfo, number>();
    for (const tally of this.#matching(matcher)) addTally(counts, tally, matcher.countsTerminating);
    return counts;
  }

  /** Keeps the answer to a question up to date until {@link release} was called as often. */
  hold(matcher: PodMatcher): PodCounter {
    let counter = this.#counters.get(matcher.key);
    if (!counter) {
      counter = new PodCounter(matcher);
      this.#counters.set(matcher.key, counter);
      for (const name of matcher.namespaces ?? [""]) {
        const known = this.#countersOf.get(name);
        if (known) known.add(counter);
        else this.#countersOf.set(name, new Set([counter]));
      }
      for (const tally of this.#matching(matcher)) {
        tally.counters.push(counter);
        addTally(counter.counts, tally, matcher.countsTerminating);
      }
    }
    counter.uses++;
    return counter;
  }

  release(counter: PodCounter): void {
    if (--counter.uses > 0) return;
    this.#counters.delete(counter.matcher.key);
    for (const name of counter.matcher.namespaces ?? [""]) this.#countersOf.get(name)?.delete(counter);
    for (const tally of this.#matching(counter.matcher)) {
      const index = tally.counters.indexOf(counter);
      if (index >= 0) tally.counters.splice(index, 1);
    }
  }

  *#matching(matcher: PodMatcher): Iterable<Tally> {
    const { namespaces } = matcher;
    const spaces = namespaces
      ? [...namespaces].map((name) => this.#byNamespace.get(name))
      : this.#byNamespace.values();
    for (const space of spaces) if (space) for (const tally of space) if (matcher.matches(tally)) yield tally;
  }
}

function change(counts: Map<NodeInfo, number>, node: NodeInfo, delta: number): void {
  const sum = (counts.get(node) ?? 0) + delta;
  if (sum === 0) counts.delete(node);
  else counts.set(node, sum);
}

function addTally(counts: Map<NodeInfo, number>, tally: Tally, withTerminating: boolean): void {
  for (const [node, pods] of tally.running) change(counts, node, pods);
  if (withTerminating) for (const [node, pods] of tally.terminating) change(counts, node, pods);
}

/** Labels are a map: their order says nothing. */
function keyOf(namespace: string, labels: Labels): string {
  const keys = Object.keys(labels).sort();
  return JSON.stringify([namespace, keys, keys.map((key) => labelValue(labels, key))]);
}
