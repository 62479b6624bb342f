import { schedulerConstants } from "../../facts/scheduler.ts";
import type { Cycle, Status } from "../plugins/plugin.ts";
import { status } from "../plugins/plugin.ts";
import type { PodVolumes, VolumeBindingState } from "../plugins/volume-binding.ts";
import { type Diagnosis, statusMap, unresolvable } from "./diagnosis.ts";
import {
  type FilterState,
  type PreFilterResult,
  runFiltersWithNominated,
  runPreFilter,
  runScores,
} from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Nominator } from "./nominator.ts";
import type { Framework } from "./profiles.ts";

/**
 * Which nodes a pod can go to. Source: pkg/scheduler/schedule_one.go, findNodesThatFitPod.
 */
export interface Evaluation {
  /** How many nodes were found; 0: the diagnosis says why. */
  readonly feasibleNodes: number;
  readonly diagnosis: Diagnosis;
  /** Whether the feasible node is the one that the pod was nominated for: it is taken as it is. */
  readonly viaNominated: boolean;
  /** How many nodes were looked at: the next search starts so many further on. */
  readonly processed: number;
  readonly preFilter: PreFilterResult;
  /** What upstream treats as a failure of the scheduler, where a plugin reported one. */
  readonly error: Status | undefined;
  /**
   * The best of the feasible nodes: of `n` that score alike, in the order of the cluster's nodes, the one that `pick`
   * says. A status if a plugin failed. To be asked before anything changes.
   */
  choose(pick: (n: number) => number): NodeInfo | Status;
  /** What VolumeBinding found for a feasible node. */
  volumesOn(node: NodeInfo): PodVolumes;
}

/** An evaluation that names all its nodes. */
export interface PlainEvaluation extends Evaluation {
  /** In the order of the cluster's nodes. */
  readonly feasible: readonly NodeInfo[];
}

/** How many feasible nodes are enough. `percentage` 0: fewer, the larger the cluster. */
export function numFeasibleNodesToFind(percentage: number, nodes: number, hasScores: boolean): number {
  if (!hasScores) return 1;
  const { minFeasibleNodesToFind: least, minFeasibleNodesPercentageToFind: leastPercentage } =
    schedulerConstants;
  if (nodes < least) return nodes;
  const share = percentage === 0 ? Math.max(leastPercentage, 50 - Math.trunc(nodes / 125)) : percentage;
  return Math.max(least, Math.trunc((nodes * share) / 100));
}

export interface EvaluationOptions {
  readonly framework: Framework;
  readonly cycle: Cycle;
  readonly nominator: Nominator;
  /** Where in the order of nodes the search starts. */
  readonly start: number;
  readonly percentage: number;
}

/** Looks for feasible nodes the plain way: plugin by plugin, node by node. */
export function evaluatePlainly(options: EvaluationOptions): PlainEvaluation {
  const preFilter = runPreFilter(options.framework, options.cycle);
  const { rejection } = preFilter;
  return rejection ? rejected(options, preFilter, rejection) : evaluateNodes(options, preFilter);
}

function rejected(
  { framework, cycle }: EvaluationOptions,
  preFilter: PreFilterResult,
  rejection: Status,
): PlainEvaluation {
  const diagnosis: Diagnosis = {
    behaviour: cycle.behaviour,
    allNodes: cycle.view.nodes.length,
    preFilter: rejection,
    absent: rejection,
    nodes: statusMap(new Map()),
    unschedulablePlugins: new Set([rejection.plugin]),
  };
  const error = rejection.code === "Error" ? rejection : undefined;
  const nothing = { feasible: [], diagnosis, viaNominated: false, processed: 0, preFilter, error };
  return plainEvaluation(framework, cycle, nothing);
}

type Findings = Omit<PlainEvaluation, "feasibleNodes" | "choose" | "volumesOn">;

function plainEvaluation(framework: Framework, cycle: Cycle, findings: Findings): PlainEvaluation {
  const { feasible, preFilter } = findings;
  return {
    ...findings,
    feasibleNodes: feasible.length,
    choose: (pick) => chooseByScores(framework, cycle, feasible, pick),
    volumesOn: (node) => plannedVolumes(preFilter.state, node),
  };
}

function chooseByScores(
  framework: Framework,
  cycle: Cycle,
  feasible: readonly NodeInfo[],
  pick: (n: number) => number,
): NodeInfo | Status {
  if (feasible.length === 1) return feasible[0]!;
  const scores = runScores(framework, cycle, feasible);
  if ("code" in scores) return scores;
  const most = scores.totals.reduce((max, total) => Math.max(max, total), -Infinity);
  const best = feasible.filter((_node, index) => scores.totals[index] === most);
  return best[pick(best.length)]!;
}

const noVolumes: PodVolumes = { bindings: [], provisions: [] };

/** What VolumeBinding's Filter noted for a node. */
export function plannedVolumes({ plugins }: FilterState, node: NodeInfo): PodVolumes {
  const binding = plugins.find(({ plugin }) => plugin.name === "VolumeBinding");
  return (binding?.state as VolumeBindingState | undefined)?.volumes.get(node) ?? noVolumes;
}

/** The node that a pod is nominated for is tried first, and taken if it fits. */
function evaluateNodes(options: EvaluationOptions, preFilter: PreFilterResult): PlainEvaluation {
  const { framework, cycle, nominator, start, percentage } = options;
  const { view, behaviour } = cycle;
  const refused = new Map<string, Status>();
  const plugins = new Set<string>(preFilter.narrowedBy);
  let error: Status | undefined;
  const passes = (node: NodeInfo): boolean => {
    const refusal = runFiltersWithNominated(cycle, preFilter.state, node, nominator.podsFor(node.name));
    if (!refusal) return true;
    if (refusal.code === "Error") error ??= refusal;
    refused.set(node.name, refusal);
    plugins.add(refusal.plugin);
    return false;
  };
  const nominated = view.node(cycle.pod.pod.status.nominatedNodeName);
  const viaNominated = nominated !== undefined && passes(nominated) && error === undefined;
  const nodes = viaNominated ? [] : nodesToSearch(cycle, preFilter);
  const enough = numFeasibleNodesToFind(percentage, nodes.length, framework.score.length > 0);
  const [found, wrapped]: [NodeInfo[], NodeInfo[]] = [viaNominated ? [nominated] : [], []];
  for (let i = 0; i < nodes.length && found.length + wrapped.length < enough; i++) {
    const index = (start + i) % nodes.length;
    const node = nodes[index]!;
    if (passes(node)) (index < start % nodes.length ? wrapped : found).push(node);
  }
  const feasible = [...wrapped, ...found];
  const diagnosis: Diagnosis = {
    behaviour,
    allNodes: view.nodes.length,
    preFilter: undefined,
    absent: preFilter.nodeNames ? narrowedAway(preFilter.narrowedBy) : unresolvable,
    nodes: statusMap(refused),
    unschedulablePlugins: plugins,
  };
  const processed = viaNominated ? 0 : feasible.length + refused.size;
  const findings = { feasible, diagnosis, viaNominated, processed, preFilter, error };
  return plainEvaluation(framework, cycle, findings);
}

function nodesToSearch({ view }: Cycle, { nodeNames }: PreFilterResult): readonly NodeInfo[] {
  if (!nodeNames) return view.nodes;
  return [...nodeNames].map((name) => view.node(name)).filter((node) => node !== undefined);
}

function narrowedAway(plugins: readonly string[]): Status {
  const reason = `node(s) didn't satisfy plugin(s) [${[...plugins].sort().join(" ")}]`;
  return status("", "UnschedulableAndUnresolvable", reason);
}
