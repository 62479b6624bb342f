import type { Cycle, Status } from "../plugins/plugin.ts";
import type { PodVolumes } from "../plugins/volume-binding.ts";
import type { SchedulerCache } from "./cache.ts";
import { ClassScores } from "./class-scores.ts";
import { type Diagnosis, type NodeStatuses, unresolvable } from "./diagnosis.ts";
import {
  type Evaluation,
  type EvaluationOptions,
  numFeasibleNodesToFind,
  plannedVolumes,
} from "./evaluation.ts";
import { type PreFilterResult, runFilters, runFiltersWithNominated, runPreFilter } from "./framework.ts";
import type { FeasibleNodes } from "./feasible-nodes.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Framework } from "./profiles.ts";
import type { SchedulingClass } from "./scheduling-class.ts";
import { SchedulingClasses } from "./scheduling-classes.ts";

/** One decision: what its search needs beside the columns of its class. */
interface Search {
  readonly group: SchedulingClass;
  readonly cycle: Cycle;
  /** What the volume plugins prepared; undefined where the pod has no volumes that matter. */
  readonly volumes: PreFilterResult | undefined;
  /** What PreFilter says in full: only nominated pods and preemption need it. */
  readonly preFilter: () => PreFilterResult;
  /** By slot: the refusals (0: none) of nodes that other pods are nominated for. */
  readonly overrides: ReadonlyMap<number, number>;
  error: Status | undefined;
}

/**
 * Finds and scores feasible nodes by the columns of scheduling classes: the same answers as `evaluatePlainly`, without
 * asking every plugin about every node each time.
 */
export class ClassEvaluator {
  readonly #cache: SchedulerCache;
  readonly #classes: SchedulingClasses;
  readonly #scores = new ClassScores();
  /** The cluster's nodes in order, and their slots. */
  #nodes: readonly NodeInfo[] = [];
  #order = new Int32Array(0);
  /** By place in that order: refusals; of those looked at, the feasible ones' slots as they were found. */
  #refusals = new Uint16Array(0);
  #feasible = new Int32Array(0);
  #key = 0;

  /** `mostCells`: how much the classes may remember; see {@link SchedulingClasses}. */
  constructor(cache: SchedulerCache, mostCells?: number) {
    this.#cache = cache;
    this.#classes = new SchedulingClasses(cache, mostCells);
  }

  /** Undefined where only the plain way will do. */
  evaluate(options: EvaluationOptions): Evaluation | undefined {
    const { framework, cycle } = options;
    const group = this.#classes.of(framework, cycle);
    if (!group) return undefined;
    const hasVolumes = cycle.pod.spec.volumes.length > 0;
    const volumes = hasVolumes ? runPreFilter(volumesOnly(framework), cycle) : undefined;
    if (volumes?.rejection) return undefined;
    let full: PreFilterResult | undefined;
    const preFilter = () => (full ??= runPreFilter(framework, cycle));
    const overrides = this.#overridesFor(group, options, preFilter);
    group.hardSpread?.prepare();
    this.#takeOrder();
    return this.#search(options, { group, cycle, volumes, preFilter, overrides, error: undefined });
  }

  #takeOrder(): void {
    const { nodes } = this.#cache;
    if (nodes === this.#nodes) return;
    this.#nodes = nodes;
    this.#order = Int32Array.from(nodes, ({ slot }) => slot);
    this.#refusals = new Uint16Array(nodes.length);
    this.#feasible = new Int32Array(nodes.length);
  }

  /** Nodes for which pods of at least this priority are nominated are filtered the plain way. */
  #overridesFor(
    group: SchedulingClass,
    { cycle, nominator }: EvaluationOptions,
    preFilter: () => PreFilterResult,
  ): ReadonlyMap<number, number> {
    if (nominator.isEmpty) return nothing;
    const { uid, priority } = cycle.pod.pod;
    const overrides = new Map<number, number>();
    for (const name of nominator.nodeNames()) {
      const node = this.#cache.node(name);
      const pods = nominator.podsFor(name);
      if (!node || !pods.some(({ pod }) => pod.uid !== uid && pod.priority >= priority)) continue;
      const refusal = runFiltersWithNominated(cycle, preFilter().state, node, pods);
      overrides.set(node.slot, refusal ? group.statusId(refusal) : 0);
    }
    return overrides;
  }

  #search(options: EvaluationOptions, search: Search): Evaluation {
    const { cycle, framework, percentage } = options;
    const nominated = this.#cache.node(cycle.pod.pod.status.nominatedNodeName);
    if (nominated && this.#refusal(search, nominated.slot) === 0 && !search.error) {
      const slots = Int32Array.of(nominated.slot);
      return this.#result(search, { slots, count: 1, wrapsAt: 0, key: 0 }, 0, true);
    }
    const count = this.#order.length;
    const enough = numFeasibleNodesToFind(percentage, count, framework.score.length > 0);
    const known = this.#known(search, enough);
    if (known) return this.#result(search, known, count, false);
    const start = options.start % count;
    // The part of the order before the start is looked at last.
    const first = this.#scan(search, { from: start, to: count, found: 0, enough });
    const isDone = first.found >= enough;
    const second = isDone ? first : this.#scan(search, { from: 0, to: start, found: first.found, enough });
    let processed = isDone ? first.next - start : count - start + second.next;
    const { group } = search;
    const { found } = second;
    const nodes: FeasibleNodes = {
      slots: this.#feasible,
      count: found,
      wrapsAt: first.found,
      key: ++this.#key,
    };
    if (isSimple(search) && processed === count && start === 0) this.#remember(group, nodes);
    // The node that the pod is nominated for was looked at before; it counts once.
    if (nominated && processed < count) {
      const distance = (this.#nodes.indexOf(nominated) - start + count) % count;
      if (distance >= processed) processed++;
    }
    return this.#result(search, nodes, processed, false);
  }

  /** What the last search of the class found, if nothing that it asked has changed. */
  #known(search: Search, enough: number): FeasibleNodes | undefined {
    const { feasible, refusalsVersion } = search.group;
    if (feasible?.order !== this.#order || feasible.version !== refusalsVersion) return undefined;
    return isSimple(search) && feasible.nodes.count > 0 && enough >= this.#order.length
      ? feasible.nodes
      : undefined;
  }

  /** A list is worth keeping once it was found twice. */
  #remember(group: SchedulingClass, nodes: FeasibleNodes): void {
    const isSame = group.searchedVersion === group.refusalsVersion;
    group.searchedVersion = group.refusalsVersion;
    if (!isSame) return;
    const slots = nodes.slots.slice(0, nodes.count);
    group.feasible = { nodes: { ...nodes, slots }, order: this.#order, version: group.refusalsVersion };
  }

  /** Looks at a part of the order; says how many feasible nodes there are now and where it ended. */
  #scan(
    search: Search,
    range: { readonly from: number; readonly to: number; readonly found: number; readonly enough: number },
  ): { readonly found: number; readonly next: number } {
    const order = this.#order;
    const refusals = this.#refusals;
    const feasible = this.#feasible;
    const known = search.group.refusals;
    const asksColumnsOnly = isSimple(search);
    let { found } = range;
    let place = range.from;
    for (; place < range.to && found < range.enough; place++) {
      const slot = order[place]!;
      const refusal = asksColumnsOnly ? known[slot]! : this.#refusal(search, slot);
      refusals[place] = refusal;
      if (refusal === 0) feasible[found++] = slot;
    }
    return { found, next: place };
  }

  /** Why a node is refused; 0: it is not. */
  #refusal(search: Search, slot: number): number {
    const { group, volumes, overrides, cycle } = search;
    if (overrides.size > 0) {
      const override = overrides.get(slot);
      if (override !== undefined) return noted(search, override);
    }
    const known = group.refusals[slot]!;
    if (known !== 0) return known;
    const status =
      (volumes && runFilters(cycle, volumes.state, this.#cache.slots[slot]!)) ??
      group.hardSpread?.refusal(slot) ??
      group.affinity?.refusal(slot);
    return status ? noted(search, group.statusId(status)) : 0;
  }

  #result(search: Search, feasible: FeasibleNodes, processed: number, viaNominated: boolean): Evaluation {
    const { group, cycle, error } = search;
    const { count } = feasible;
    const refused =
      count === 0 ? new RefusedNodes(this.#nodes, this.#refusals.slice(), group.statuses) : undefined;
    const diagnosis: Diagnosis = {
      behaviour: cycle.behaviour,
      allNodes: this.#nodes.length,
      preFilter: undefined,
      absent: unresolvable,
      nodes: refused ?? { ...noStatuses, size: processed - count },
      unschedulablePlugins: refused?.plugins() ?? noPlugins,
    };
    return {
      feasibleNodes: count,
      diagnosis,
      viaNominated,
      processed,
      error,
      get preFilter() {
        return search.preFilter();
      },
      choose: (pick) => {
        const slot =
          count === 1 ? feasible.slots[0]! : this.#scores.choose(group, this.#cache, feasible, pick);
        return this.#cache.slots[slot]!;
      },
      volumesOn: (node) => volumesOn(search, node),
    };
  }
}

const noStatuses: NodeStatuses = { size: 0, get: () => undefined, entries: () => [], counts: () => [] };
const noPlugins: ReadonlySet<string> = new Set();

/** Whether the columns of the class answer everything. */
function isSimple({ group, volumes, overrides }: Search): boolean {
  return !volumes && overrides.size === 0 && !group.hardSpread && group.affinity?.canRefuse !== true;
}

function noted(search: Search, refusal: number): number {
  const status = search.group.statuses[refusal]!;
  if (refusal !== 0 && status.code === "Error") search.error ??= status;
  return refusal;
}

const nothing: ReadonlyMap<number, number> = new Map();

const volumeFrameworks = new WeakMap<Framework, Framework>();

/** The plugins of a profile that look at volumes. */
function volumesOnly(framework: Framework): Framework {
  let reduced = volumeFrameworks.get(framework);
  if (!reduced) {
    const preFilter = framework.preFilter.filter(({ filterScope }) => filterScope === "volumes");
    const filter = framework.filter.filter(({ filterScope }) => filterScope === "volumes");
    volumeFrameworks.set(framework, (reduced = { ...framework, preFilter, filter }));
  }
  return reduced;
}

function volumesOn({ volumes, overrides, preFilter }: Search, node: NodeInfo): PodVolumes {
  if (!volumes) return { bindings: [], provisions: [] };
  return plannedVolumes((overrides.has(node.slot) ? preFilter() : volumes).state, node);
}

/** The refusals of all nodes of a cluster, by number. */
class RefusedNodes implements NodeStatuses {
  readonly #nodes: readonly NodeInfo[];
  readonly #refusals: Uint16Array;
  readonly #statuses: readonly Status[];
  #places: ReadonlyMap<string, number> | undefined;

  constructor(nodes: readonly NodeInfo[], refusals: Uint16Array, statuses: readonly Status[]) {
    this.#nodes = nodes;
    this.#refusals = refusals;
    this.#statuses = statuses;
  }

  get size(): number {
    return this.#refusals.length;
  }

  get(nodeName: string): Status | undefined {
    this.#places ??= new Map(this.#nodes.map(({ name }, place) => [name, place]));
    const place = this.#places.get(nodeName);
    return place === undefined ? undefined : this.#statuses[this.#refusals[place]!];
  }

  *entries(): Iterable<readonly [nodeName: string, status: Status]> {
    for (const [place, { name }] of this.#nodes.entries())
      yield [name, this.#statuses[this.#refusals[place]!]!];
  }

  *counts(): Iterable<readonly [status: Status, nodes: number]> {
    const counts = new Map<number, number>();
    for (const refusal of this.#refusals) counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
    for (const [refusal, nodes] of counts) yield [this.#statuses[refusal]!, nodes];
  }

  /** The plugins that refused any. */
  plugins(): ReadonlySet<string> {
    return new Set([...this.counts()].map(([{ plugin }]) => plugin));
  }
}
