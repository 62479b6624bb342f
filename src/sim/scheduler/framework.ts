import type { Cycle, FilterPlugin, ScorePlugin, Status } from "../plugins/plugin.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";
import type { Framework } from "./profiles.ts";

/**
 * Runs the plugins of a profile one after the other, as upstream does: the plain way, node by node. Decisions about
 * all nodes go through the scheduling classes instead; this way stays for single nodes, for preemption, and for what
 * the classes are compared with. Source: pkg/scheduler/framework/runtime/framework.go.
 */

/** What PreFilter found out about a pod, for Filter. */
export interface FilterState {
  /** The plugins that have something to say, with their state. A plugin without PreFilter has none. */
  readonly plugins: readonly { readonly plugin: FilterPlugin; readonly state: unknown }[];
}

export interface PreFilterResult {
  readonly rejection: Status | undefined;
  /** The only nodes that come into question; undefined: all. */
  readonly nodeNames: ReadonlySet<string> | undefined;
  /** The plugins that narrowed the nodes. */
  readonly narrowedBy: readonly string[];
  /** The plugins whose PreFilter was run before it ended. */
  readonly reached: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
  readonly state: FilterState;
}

/** Runs PreFilter; the first rejection ends it. */
export function runPreFilter(framework: Framework, cycle: Cycle): PreFilterResult {
  const reached = new Set<string>();
  const skipped = new Set<string>();
  const states = new Map<string, unknown>();
  const narrowedBy: string[] = [];
  let nodeNames: ReadonlySet<string> | undefined;
  let rejection: Status | undefined;
  for (const plugin of framework.preFilter) {
    reached.add(plugin.name);
    const outcome = plugin.preFilter!(cycle);
    if (outcome.kind === "rejected") {
      rejection = outcome.status;
      break;
    }
    if (outcome.kind === "skip") {
      skipped.add(plugin.name);
      continue;
    }
    states.set(plugin.name, outcome.state);
    if (!outcome.nodeNames) continue;
    narrowedBy.push(plugin.name);
    const { nodeNames: names } = outcome;
    nodeNames = nodeNames ? new Set([...nodeNames].filter((name) => names.has(name))) : names;
  }
  const plugins = framework.filter
    .filter((each) => !skipped.has(each.name) && (!("preFilter" in each) || states.has(each.name)))
    .map((plugin) => ({ plugin, state: states.get(plugin.name) }));
  return { rejection, nodeNames, narrowedBy, reached, skipped, state: { plugins } };
}

/** The first refusal of a node, or undefined if it passes. */
export function runFilters(cycle: Cycle, { plugins }: FilterState, node: NodeInfo): Status | undefined {
  for (const { plugin, state } of plugins) {
    const status = plugin.filter(cycle, state, node);
    if (status) return status;
  }
  return undefined;
}

/** A copy of the state that pods can be added to and removed from. */
export function cloneState({ plugins }: FilterState): FilterState {
  return {
    plugins: plugins.map(({ plugin, state }) => ({
      plugin,
      state: plugin.cloneState ? plugin.cloneState(state) : state,
    })),
  };
}

/** Tells the plugins that a pod comes to the node, and puts it there. */
export function addPod(cycle: Cycle, { plugins }: FilterState, info: PodInfo, node: NodeInfo): void {
  node.addPod(info);
  for (const { plugin, state } of plugins) plugin.addPod?.(cycle, state, info, node);
}

/** Tells the plugins that a pod leaves the node, and takes it away. */
export function removePod(cycle: Cycle, { plugins }: FilterState, info: PodInfo, node: NodeInfo): void {
  node.removePod(info.pod.uid);
  for (const { plugin, state } of plugins) plugin.removePod?.(cycle, state, info, node);
}

/**
 * Filters a node as if the pods of at least this pod's priority that are nominated for it were there, then as it is:
 * both have to pass.
 */
export function runFiltersWithNominated(
  cycle: Cycle,
  state: FilterState,
  node: NodeInfo,
  nominated: readonly PodInfo[],
): Status | undefined {
  const { uid, priority } = cycle.pod.pod;
  const added = nominated.filter(({ pod }) => pod.priority >= priority && pod.uid !== uid);
  if (added.length > 0) {
    const withNominated = cloneState(state);
    const nodeThen = node.snapshot();
    for (const info of added) addPod(cycle, withNominated, info, nodeThen);
    const status = runFilters(cycle, withNominated, nodeThen);
    if (status) return status;
  }
  return runFilters(cycle, state, node);
}

/** The scores of the feasible nodes: each plugin's, normalised and weighted, and their sum. */
export interface Scores {
  readonly byPlugin: readonly { readonly name: string; readonly scores: readonly number[] }[];
  readonly skipped: readonly string[];
  readonly totals: readonly number[];
}

/** Scores the feasible nodes, in their order; a status if a plugin failed. */
export function runScores(
  framework: Framework,
  cycle: Cycle,
  feasible: readonly NodeInfo[],
): Scores | Status {
  const byPlugin: { name: string; scores: readonly number[] }[] = [];
  const skipped: string[] = [];
  const totals = feasible.map(() => 0);
  for (const { plugin, weight } of framework.score) {
    const prepared = plugin.preScore(cycle, feasible);
    if (prepared === "skip") {
      skipped.push(plugin.name);
      continue;
    }
    if ("code" in prepared) return prepared;
    const scores = weightedScores(plugin, weight, cycle, prepared.state, feasible);
    for (const [index, score] of scores.entries()) totals[index]! += score;
    byPlugin.push({ name: plugin.name, scores });
  }
  return { byPlugin, skipped, totals };
}

function weightedScores(
  plugin: ScorePlugin,
  weight: number,
  cycle: Cycle,
  state: unknown,
  feasible: readonly NodeInfo[],
): readonly number[] {
  const scores = feasible.map((node) => plugin.score(cycle, state, node));
  plugin.normalize?.(cycle, state, scores, feasible);
  return scores.map((score) => score * weight);
}
