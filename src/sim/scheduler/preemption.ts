import { matchesSelector } from "../../model/selector.ts";
import type { Pod } from "../../model/pod.ts";
import type { Cycle, Status } from "../plugins/plugin.ts";
import { status } from "../plugins/plugin.ts";
import { type Diagnosis, fitError, type NodeStatuses } from "./diagnosis.ts";
import { addPod, cloneState, type FilterState, removePod, runFiltersWithNominated } from "./framework.ts";
import type { BudgetView } from "./listers.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Nominator } from "./nominator.ts";
import type { PodInfo } from "./pod-info.ts";

/**
 * Preemption: on which node which pods of lower priority have to go so that a pod fits.
 * Source: pkg/scheduler/framework/preemption/preemption.go, plugins/defaultpreemption/default_preemption.go.
 */

/** A node on which preemption makes room. */
export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first. */
  readonly victims: readonly Pod[];
  readonly pdbViolations: number;
}

// The statuses of preemption itself name no plugin.
const notHelpful = status("", "UnschedulableAndUnresolvable", "Preemption is not helpful for scheduling");
export const noVictims = status(
  "",
  "UnschedulableAndUnresolvable",
  "No preemption victims found for incoming pod",
);

export interface PreemptionContext {
  readonly cycle: Cycle;
  /** What PreFilter left for the pod. */
  readonly state: FilterState;
  readonly nominator: Nominator;
  /** Now, in epoch milliseconds: the start of pods that have not started yet. */
  readonly now: number;
}

/** Why the pod may not preempt others; undefined if it may. */
export function ineligible(
  { pod: { pod }, view, behaviour }: Cycle,
  nominatedStatus: Status,
): string | undefined {
  if (pod.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = pod.status.nominatedNodeName;
  if (nominated === "" || nominatedStatus.code === "UnschedulableAndUnresolvable") return undefined;
  const node = view.node(nominated);
  const isWaiting = node?.pods.some(
    (other) => other.pod.priority < pod.priority && isMakingRoom(other.pod, behaviour.waitsOnlyForPreempted),
  );
  return isWaiting ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

/** Whether a pod is terminating, and (where that is known) because it was preempted. */
function isMakingRoom(pod: Pod, onlyPreempted: boolean): boolean {
  if (!pod.deletion) return false;
  if (!onlyPreempted) return true;
  const target = pod.status.conditions.find(({ type }) => type === "DisruptionTarget");
  return target?.status === "True" && target.reason === "PreemptionByScheduler";
}

/** How many candidates are enough: a tenth of the nodes, but at least 100. */
export function candidatesToFind({ args }: Cycle, potential: number): number {
  const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = args.defaultPreemption;
  const share = Math.trunc((potential * minCandidateNodesPercentage) / 100);
  return Math.min(Math.max(share, minCandidateNodesAbsolute), potential);
}

/**
 * Tries the potential nodes from `offset` on until `wanted` candidates are found, one of which violates no budget.
 * The candidates that violate none stand first. `refused` has what the others still lack.
 */
export function dryRun(
  context: PreemptionContext,
  potential: readonly NodeInfo[],
  offset: number,
  wanted: number,
): { readonly candidates: readonly Candidate[]; readonly refused: ReadonlyMap<string, Status> } {
  const budgets = [...context.cycle.view.listers.budgets()];
  const clean: Candidate[] = [];
  const violating: Candidate[] = [];
  const refused = new Map<string, Status>();
  for (let i = 0; i < potential.length; i++) {
    const node = potential[(offset + i) % potential.length]!;
    const found = selectVictims(context, node, budgets);
    if ("code" in found) {
      refused.set(node.name, found);
      continue;
    }
    (found.pdbViolations === 0 ? clean : violating).push(found);
    if (clean.length > 0 && clean.length + violating.length >= wanted) break;
  }
  return { candidates: [...clean, ...violating], refused };
}

/**
 * The pods that have to leave a node: all of lower priority leave, and those that the pod leaves room for come back,
 * the ones that a budget protects before the others, the more important before the less.
 */
function selectVictims(
  context: PreemptionContext,
  potential: NodeInfo,
  budgets: readonly BudgetView[],
): Candidate | Status {
  const { cycle, nominator, now } = context;
  const removable = potential.pods.filter(({ pod }) => pod.priority < cycle.pod.pod.priority);
  if (removable.length === 0) return noVictims;
  const node = potential.snapshot();
  const state = cloneState(context.state);
  for (const info of removable) removePod(cycle, state, info, node);
  const nominated = nominator.podsFor(node.name);
  const refusal = runFiltersWithNominated(cycle, state, node, nominated);
  if (refusal) return refusal;
  removable.sort((a, b) => byImportance(a.pod, b.pod, now));
  const { violating, others } = splitByBudgets(removable, budgets);
  const victims: PodInfo[] = [];
  const reprieve = (info: PodInfo): boolean => {
    addPod(cycle, state, info, node);
    if (!runFiltersWithNominated(cycle, state, node, nominated)) return true;
    removePod(cycle, state, info, node);
    victims.push(info);
    return false;
  };
  let pdbViolations = 0;
  for (const info of violating) if (!reprieve(info)) pdbViolations++;
  for (const info of others) reprieve(info);
  if (violating.length > 0 && others.length > 0) victims.sort((a, b) => byImportance(a.pod, b.pod, now));
  if (victims.length === 0)
    return status("", "Error", `expected at least one victim pod on node ${JSON.stringify(node.name)}`);
  return { node: potential, victims: victims.map(({ pod }) => pod), pdbViolations };
}

function startOf(pod: Pod, now: number): number {
  return pod.status.startedAt ?? now;
}

/** Higher priority first, then the one that has run longer. Source: pkg/scheduler/util, MoreImportantPod. */
export function byImportance(a: Pod, b: Pod, now: number): number {
  return b.priority - a.priority || startOf(a, now) - startOf(b, now);
}

/** Divides pods, in order of importance, into those whose loss a budget does not allow and the others. */
function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: readonly BudgetView[],
): { readonly violating: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  const left = budgets.map(({ disruptionsAllowed }) => disruptionsAllowed);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    let isViolating = false;
    for (const [index, budget] of budgets.entries()) {
      if (!protects(budget, info.pod)) continue;
      left[index]!--;
      if (left[index]! < 0) isViolating = true;
    }
    (isViolating ? violating : others).push(info);
  }
  return { violating, others };
}

/** Here a budget with an empty selector protects nobody, and a pod without labels is protected by none. */
function protects(budget: BudgetView, pod: Pod): boolean {
  const { selector } = budget;
  return (
    budget.namespace === pod.namespace &&
    selector !== undefined &&
    selector.length > 0 &&
    Object.keys(pod.labels).length > 0 &&
    matchesSelector(selector, pod.labels) &&
    !budget.isDisrupted(pod.name)
  );
}

/**
 * What candidates are compared by, the smallest first: budgets violated, the highest priority among the victims, the
 * sum of their priorities, their number, and how long the oldest of the highest priority has run (negated start).
 */
export function rankOf({ victims, pdbViolations }: Candidate, now: number): readonly number[] {
  const highest = Math.max(...victims.map(({ priority }) => priority));
  const sum = victims.reduce((total, { priority }) => total + priority + 2 ** 31, 0);
  const first = Math.min(
    ...victims.filter(({ priority }) => priority === highest).map((pod) => startOf(pod, now)),
  );
  return [pdbViolations, victims[0]!.priority, sum, victims.length, -first];
}

export function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/** The candidates that nothing tells apart from the best. */
export function bestCandidates(candidates: readonly Candidate[], now: number): readonly Candidate[] {
  let best: Candidate[] = [];
  let bestRank: readonly number[] | undefined;
  for (const candidate of candidates) {
    const rank = rankOf(candidate, now);
    const order = bestRank ? compareRanks(rank, bestRank) : -1;
    if (order < 0) [best, bestRank] = [[candidate], rank];
    else if (order === 0) best.push(candidate);
  }
  return best;
}

/** What is said where no node becomes free by preemption. */
export function futileMessage({ behaviour }: Cycle, allNodes: number, refused: NodeStatuses): string {
  const diagnosis: Diagnosis = {
    behaviour: { ...behaviour, countsNarrowedNodes: true },
    allNodes,
    preFilter: undefined,
    absent: notHelpful,
    nodes: refused,
    unschedulablePlugins: new Set(),
  };
  return fitError(diagnosis, "");
}
