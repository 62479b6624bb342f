import type { Pod } from "../../model/pod.ts";
import type { Chooser } from "../engine/choice.ts";
import { nothingToDeallocate, stateNotFound } from "../plugins/dynamic-resources.ts";
import type { Cycle } from "../plugins/plugin.ts";
import { type NodeStatuses, statusMap, statusOf } from "./diagnosis.ts";
import type { Evaluation } from "./evaluation.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Nominator } from "./nominator.ts";
import {
  bestCandidates,
  candidatesToFind,
  dryRun,
  futileMessage,
  ineligible,
  noVictims,
  type PreemptionContext,
} from "./preemption.ts";
import type { Framework } from "./profiles.ts";

/** What comes of a pod that fits nowhere. */
export interface PostFilterResult {
  readonly code: "Success" | "Unschedulable" | "Error";
  /** What is added to the event; empty where preemption succeeded. */
  readonly message: string;
  /** What becomes of the pod's nominated node. */
  readonly nomination:
    | { readonly kind: "keep" }
    | { readonly kind: "clear" }
    | { readonly kind: "set"; readonly nodeName: string };
  /** The pods that have to go, the most important first. */
  readonly victims?: readonly Pod[];
  /** Pods of lower priority that were nominated for the same node and are so no longer. */
  readonly displaced?: readonly Pod[];
}

export interface PostFilterOptions {
  readonly framework: Framework;
  readonly cycle: Cycle;
  readonly evaluation: Evaluation;
  readonly nominator: Nominator;
  /** Now, in epoch milliseconds. */
  readonly now: number;
  readonly chooser: Chooser;
  readonly label: string;
}

/** Runs the PostFilter plugins. Source: framework/runtime/framework.go, RunPostFilterPlugins. */
export function runPostFilter(options: PostFilterOptions): PostFilterResult {
  const reasons: string[] = [];
  let nomination: PostFilterResult["nomination"] = { kind: "keep" };
  for (const name of options.framework.postFilter) {
    if (name === "DynamicResources") {
      const isReached = options.evaluation.preFilter.reached.has(name);
      const { code, reasons: own } = isReached ? nothingToDeallocate : stateNotFound;
      if (code === "Error") return { code, message: own.join(", "), nomination: { kind: "keep" } };
      reasons.push(...own);
      continue;
    }
    const result = preempt(options);
    if (result.code !== "Unschedulable") return result;
    nomination = result.nomination;
    reasons.push(result.message);
  }
  return { code: "Unschedulable", message: reasons.join(", "), nomination };
}

/** Source: framework/preemption/preemption.go, Preempt. */
function preempt(options: PostFilterOptions): PostFilterResult {
  const { cycle, evaluation, nominator, now, chooser, label } = options;
  const { diagnosis } = evaluation;
  const nominatedStatus = statusOf(diagnosis, cycle.pod.pod.status.nominatedNodeName);
  const reason = ineligible(cycle, nominatedStatus);
  if (reason !== undefined) return futile(reason, { kind: "keep" });
  if (cycle.view.lowestPriority >= cycle.pod.pod.priority) return withoutVictims(options);
  const potential = potentialNodes(cycle, evaluation);
  const context: PreemptionContext = { cycle, state: evaluation.preFilter.state, nominator, now };
  const offset = chooser.choose(`${label} preemption offset`, potential.length);
  const wanted = candidatesToFind(cycle, potential.length);
  const { candidates, refused } = dryRun(context, potential, offset, wanted);
  if (candidates.length === 0) {
    const error = [...refused.values()].filter(({ code }) => code === "Error");
    if (error.length > 0)
      return {
        code: "Error",
        message: `preemption: ${error.flatMap(({ reasons }) => reasons).join(", ")}`,
        nomination: { kind: "keep" },
      };
    return futile(futileMessage(cycle, diagnosis.allNodes, statusMap(refused)), { kind: "clear" });
  }
  const best = bestCandidates(candidates, now);
  const { node, victims } = best[chooser.choose(`${label} preemption`, best.length)]!;
  const displaced = nominator
    .podsFor(node.name)
    .map(({ pod }) => pod)
    .filter(({ priority }) => priority < cycle.pod.pod.priority);
  return {
    code: "Success",
    message: "",
    nomination: { kind: "set", nodeName: node.name },
    victims,
    displaced,
  };
}

/** Every pod that is anywhere is at least as important: no node has to be tried. */
function withoutVictims({ cycle, evaluation: { diagnosis } }: PostFilterOptions): PostFilterResult {
  const { allNodes, preFilter, nodes } = diagnosis;
  let size = 0;
  if (preFilter) size = preFilter.code === "Unschedulable" ? allNodes : 0;
  else for (const [status, count] of nodes.counts()) if (status.code === "Unschedulable") size += count;
  const refused: NodeStatuses = {
    size,
    get: () => noVictims,
    entries: () => [],
    counts: () => (size > 0 ? [[noVictims, size]] : []),
  };
  return futile(futileMessage(cycle, allNodes, refused), { kind: "clear" });
}

function futile(message: string, nomination: PostFilterResult["nomination"]): PostFilterResult {
  return { code: "Unschedulable", message: `preemption: ${message}`, nomination };
}

/** The nodes where preemption may help, in the order of the cluster's nodes. */
export function potentialNodes({ view }: Cycle, { diagnosis }: Evaluation): readonly NodeInfo[] {
  if (diagnosis.preFilter) return diagnosis.preFilter.code === "Unschedulable" ? view.nodes : [];
  return view.nodes.filter(({ name }) => diagnosis.nodes.get(name)?.code === "Unschedulable");
}
