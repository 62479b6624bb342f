import type { Cycle, FilterPlugin, ScorePlugin, Status } from "../plugins/plugin.ts";
import { requiresAllTopologies, spreadConstraints } from "../plugins/spread-constraints.ts";
import { AffinityColumns } from "./affinity-columns.ts";
import type { SchedulerCache } from "./cache.ts";
import { ImageColumn } from "./image-column.ts";
import type { FeasibleNodes } from "./feasible-nodes.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Framework } from "./profiles.ts";
import { SpreadColumns } from "./spread-columns.ts";
import { grown } from "./topology-index.ts";

interface NodeFilter {
  readonly plugin: FilterPlugin;
  readonly state: unknown;
}

/** A score that depends on the node alone, with its raw values by slot. */
export interface RawScores {
  readonly weight: number;
  readonly normalization: "proportional" | "inverse";
  /** Empty while all are 0. */
  raw: Int32Array;
  /** How many of them are not 0. */
  nonZero: number;
}

interface NodeScore {
  readonly plugin: ScorePlugin;
  readonly weight: number;
  readonly state: unknown;
}

/**
 * Pods that schedule alike: one spec, one namespace, one set of labels. Their verdicts and scores on each node are
 * computed once, by the plugins themselves, and again only where the node or the pods on it changed; what depends on
 * other nodes comes from sums over topology domains that are kept up to date in the same way.
 * Columns are by slot. Measured by `npm run bench -- scheduler`.
 */
export class SchedulingClass {
  readonly framework: Framework;
  readonly cycle: Cycle;
  readonly #cache: SchedulerCache;
  /** Refusals that occur, by the number that stands in the columns; 0 is none. */
  readonly statuses: Status[] = [{ code: "Error", plugin: "", reasons: [] }];
  readonly #statusIds = new Map<Status, number>();
  readonly #idsByText = new Map<string, number>();
  readonly #nodeFilters: NodeFilter[] = [];
  readonly #podFilters: NodeFilter[] = [];
  readonly #podScores: NodeScore[] = [];
  readonly #rawScores: (NodeScore & RawScores)[] = [];
  /** By slot: the first refusal of a plugin that looks at the node alone, then of one that looks at its pods too. */
  #nodeRefusals: Uint16Array;
  refusals: Uint16Array;
  /** Grows whenever a refusal changes. */
  refusalsVersion = 0;
  searchedVersion = -1;
  /** The feasible nodes of the last search that looked at all nodes and asked nothing but these columns. */
  feasible:
    { readonly nodes: FeasibleNodes; readonly order: Int32Array; readonly version: number } | undefined;
  /** The weighted sum of the scores that need no normalisation. */
  podScores: Float64Array;
  hardSpread: SpreadColumns | undefined;
  softSpread: SpreadColumns | undefined;
  affinity: AffinityColumns | undefined;
  readonly images: ImageColumn | undefined;
  readonly needsAllTopologies: boolean;
  readonly weights: ReadonlyMap<string, number>;
  /** How far the cache's changes are taken in. */
  #position = 0;
  #selectors = "";
  #selectorsVersion = -1;
  readonly #filtersAffinity: boolean;
  /** Whether a plugin's PreFilter or PreScore ends or narrows the search: such pods are decided the plain way. */
  isPlain = false;

  constructor(framework: Framework, cycle: Cycle, cache: SchedulerCache) {
    this.framework = framework;
    this.cycle = cycle;
    this.#cache = cache;
    const slots = cache.slots.length;
    this.#nodeRefusals = new Uint16Array(slots);
    this.refusals = new Uint16Array(slots);
    this.podScores = new Float64Array(slots);
    this.weights = new Map(framework.score.map(({ plugin, weight }) => [plugin.name, weight]));
    this.needsAllTopologies = requiresAllTopologies(cycle.pod, cycle.args.podTopologySpread, cycle.behaviour);
    this.images = this.weights.has("ImageLocality")
      ? new ImageColumn(cycle.pod.pod.spec, cycle.behaviour)
      : undefined;
    this.#filtersAffinity = this.#filters("InterPodAffinity");
    this.#prepareFilters();
    this.#prepareScores();
  }

  #prepareFilters(): void {
    const { filter, preFilter } = this.framework;
    for (const plugin of filter) {
      if (plugin.filterScope !== "node" && plugin.filterScope !== "pods") continue;
      const target = plugin.filterScope === "node" ? this.#nodeFilters : this.#podFilters;
      if (!plugin.preFilter) target.push({ plugin, state: undefined });
      if (!plugin.preFilter || !preFilter.includes(plugin)) continue;
      const outcome = plugin.preFilter(this.cycle);
      if (outcome.kind === "rejected" || (outcome.kind === "state" && outcome.nodeNames)) this.isPlain = true;
      if (outcome.kind === "state") target.push({ plugin, state: outcome.state });
    }
  }

  /** Whether the profile runs this plugin's Filter. */
  #filters(name: string): boolean {
    const { filter, preFilter } = this.framework;
    return filter.some((each) => each.name === name) && preFilter.some((each) => each.name === name);
  }

  #prepareScores(): void {
    for (const { plugin, weight } of this.framework.score) {
      if (plugin.scoreScope !== "node" && plugin.scoreScope !== "pods") continue;
      const prepared = plugin.preScore(this.cycle, []);
      if (prepared === "skip") continue;
      if ("code" in prepared) {
        this.isPlain = true;
        continue;
      }
      const score: NodeScore = { plugin, weight, state: prepared.state };
      if (plugin.normalization)
        this.#rawScores.push(
          Object.assign(score, {
            normalization: plugin.normalization,
            raw: none,
            nonZero: 0,
          }),
        );
      else this.#podScores.push(score);
    }
  }

  get rawScores(): readonly RawScores[] {
    return this.#rawScores;
  }

  /** What it costs to keep: the numbers in its columns, and its own objects at about as many. */
  get cells(): number {
    const spreads = (this.hardSpread?.columns.length ?? 0) + (this.softSpread?.columns.length ?? 0);
    return (
      2_000 + this.refusals.length * (4 + this.#rawScores.length + 3 * spreads + (this.affinity ? 4 : 0))
    );
  }

  /** Takes in everything that changed in the cluster since the last time. */
  sync(): void {
    const cache = this.#cache;
    this.#refreshDomains();
    this.#grow(cache.slots.length);
    cache.changes.since(this.#position, this.#take);
    this.#position = cache.changes.end;
    for (const node of this.affinity?.meetOwners() ?? []) this.affinity!.update(node.slot, node);
  }

  /** Spreading and affinity are set up anew when a selector, a namespace or a controller changed what they ask. */
  #refreshDomains(): void {
    const cache = this.#cache;
    if (cache.selectorsVersion !== this.#selectorsVersion) {
      this.#selectorsVersion = cache.selectorsVersion;
      this.#refreshSpread();
    }
    if (this.affinity && !this.affinity.isVoid) return;
    this.affinity?.release();
    const filters = this.#filtersAffinity;
    const scores = this.weights.has("InterPodAffinity");
    if (!filters && !scores) return;
    this.affinity = new AffinityColumns(this.cycle, cache, filters, scores);
    this.#position = 0;
  }

  #refreshSpread(): void {
    const { pod, args, behaviour } = this.cycle;
    const cache = this.#cache;
    const get = (action: "DoNotSchedule" | "ScheduleAnyway") =>
      spreadConstraints(pod, action, args.podTopologySpread, cache.listers, behaviour);
    const hard = this.#filters("PodTopologySpread") ? get("DoNotSchedule") : [];
    const soft = this.weights.has("PodTopologySpread") ? get("ScheduleAnyway") : [];
    const selectors = JSON.stringify([hard, soft]);
    if (selectors === this.#selectors) return;
    this.#selectors = selectors;
    this.hardSpread?.release(cache);
    this.softSpread?.release(cache);
    this.hardSpread = hard.length > 0 ? new SpreadColumns(hard, this.cycle, cache, true) : undefined;
    this.softSpread =
      soft.length > 0 ? new SpreadColumns(soft, this.cycle, cache, this.needsAllTopologies) : undefined;
    this.#position = 0;
  }

  #grow(length: number): void {
    if (length <= this.refusals.length) return;
    this.refusals = grown(this.refusals, length, 0);
    this.#nodeRefusals = grown(this.#nodeRefusals, length, 0);
    this.podScores = grown(this.podScores, length, 0);
    for (const score of this.#rawScores) if (score.raw !== none) score.raw = grown(score.raw, length, 0);
  }

  readonly #take = (slot: number, isNode: boolean): void => this.#update(slot, isNode);

  #update(slot: number, isNode: boolean): void {
    const node = this.#cache.slots[slot];
    this.hardSpread?.update(slot, node, isNode);
    this.softSpread?.update(slot, node, isNode);
    this.affinity?.update(slot, node);
    if (!node) {
      for (const score of this.#rawScores) this.#setRaw(score, slot, 0);
      return;
    }
    if (isNode) this.#updateNode(slot, node);
    const refusal = this.#nodeRefusals[slot]! || this.#refuse(this.#podFilters, node);
    if (this.refusals[slot] !== refusal) this.refusalsVersion++;
    this.refusals[slot] = refusal;
    if (refusal !== 0) return;
    let sum = 0;
    for (const { plugin, state, weight } of this.#podScores)
      sum += weight * plugin.score(this.cycle, state, node);
    this.podScores[slot] = sum;
  }

  #updateNode(slot: number, node: NodeInfo): void {
    this.#nodeRefusals[slot] = this.#refuse(this.#nodeFilters, node);
    for (const score of this.#rawScores)
      this.#setRaw(score, slot, score.plugin.score(this.cycle, score.state, node));
  }

  #setRaw(scores: RawScores, slot: number, score: number): void {
    if (scores.raw === none) {
      if (score === 0) return;
      scores.raw = new Int32Array(this.refusals.length);
    }
    if (scores.raw[slot] !== 0) scores.nonZero--;
    if (score !== 0) scores.nonZero++;
    scores.raw[slot] = score;
  }

  #refuse(filters: readonly NodeFilter[], node: NodeInfo): number {
    for (const { plugin, state } of filters) {
      const status = plugin.filter(this.cycle, state, node);
      if (status) return this.statusId(status);
    }
    return 0;
  }

  /** The number under which a refusal stands in the columns. */
  statusId(status: Status): number {
    const known = this.#statusIds.get(status);
    if (known !== undefined) return known;
    const { code, plugin, reasons } = status;
    const key = JSON.stringify([code, plugin, reasons]);
    let id = this.#idsByText.get(key);
    if (id === undefined) {
      id = this.statuses.push(status) - 1;
      this.#idsByText.set(key, id);
      this.#statusIds.set(status, id);
    }
    return id;
  }

  /** Nodes without a label and nodes where it is empty score as one domain under the system's defaults: not here. */
  get needsPlainScores(): boolean {
    if (this.needsAllTopologies || !this.softSpread) return false;
    return this.softSpread.columns.some(({ topology }) => topology.domain("") >= 0);
  }

  /** Gives up what it holds in the cache. */
  release(): void {
    this.hardSpread?.release(this.#cache);
    this.softSpread?.release(this.#cache);
    this.affinity?.release();
  }
}

const none = new Int32Array(0);
