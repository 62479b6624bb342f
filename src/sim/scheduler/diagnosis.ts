import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import { byText } from "../../lib/order.ts";
import type { Status } from "../plugins/plugin.ts";

/**
 * Why no node was found for a pod. It remembers a status for each node, and makes words of them when somebody reads.
 * Source: pkg/scheduler/framework/types.go, Diagnosis and FitError.
 */
export interface Diagnosis {
  readonly behaviour: SchedulerBehaviour;
  /** How many nodes the cluster has. */
  readonly allNodes: number;
  /** What PreFilter said of the pod as a whole; the nodes were not looked at then. */
  readonly preFilter: Status | undefined;
  /** The status of nodes that were not looked at. */
  readonly absent: Status;
  /** The nodes that were looked at, and what each was refused for. */
  readonly nodes: NodeStatuses;
  /** The plugins that refused the pod: what may wake it again depends on them. */
  readonly unschedulablePlugins: ReadonlySet<string>;
}

/** Statuses by node. */
export interface NodeStatuses {
  readonly size: number;
  get(nodeName: string): Status | undefined;
  entries(): Iterable<readonly [nodeName: string, status: Status]>;
  /** How many nodes have each status. */
  counts(): Iterable<readonly [status: Status, nodes: number]>;
}

/** Statuses by node in a map. */
export function statusMap(map: ReadonlyMap<string, Status>): NodeStatuses {
  return {
    size: map.size,
    get: (name) => map.get(name),
    entries: () => map,
    counts: () => [...map.values()].map((status) => [status, 1] as const),
  };
}

/** What a node that nobody looked at is taken for. */
export const unresolvable: Status = { code: "UnschedulableAndUnresolvable", plugin: "", reasons: [] };

export function statusOf(diagnosis: Diagnosis, nodeName: string): Status {
  return diagnosis.nodes.get(nodeName) ?? diagnosis.absent;
}

/** How many nodes were refused for each reason; a node with two reasons counts in both. */
export function reasonCounts({ nodes, absent, allNodes, behaviour }: Diagnosis): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (reasons: readonly string[], times: number) => {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const [{ reasons }, times] of nodes.counts()) add(reasons, times);
  if (behaviour.countsNarrowedNodes && nodes.size < allNodes) add(absent.reasons, allNodes - nodes.size);
  return counts;
}

/** `2 Insufficient cpu, 1 node(s) were unschedulable`, sorted as text: "10 …" stands before "2 …". */
function histogram(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort(byText)
    .join(", ");
}

/**
 * The text of the FailedScheduling event and of the PodScheduled condition. `postFilter`: what PostFilter had to say,
 * where preemption did not help.
 */
export function fitError(diagnosis: Diagnosis, postFilter: string): string {
  const { allNodes, preFilter, behaviour } = diagnosis;
  let text = `0/${allNodes} nodes are available:`;
  if (preFilter && behaviour.preFilterMessage === "alone") text += ` ${preFilter.reasons.join(", ")}.`;
  else {
    const reasons = preFilter
      ? new Map(preFilter.reasons.map((reason) => [reason, allNodes]))
      : reasonCounts(diagnosis);
    if (reasons.size > 0 || behaviour.preFilterMessage === "counted") text += ` ${histogram(reasons)}.`;
  }
  return postFilter === "" ? text : `${text} ${postFilter}${behaviour.postFilterSuffix}`;
}

/** What a scheduler without nodes says. */
export const noNodesAvailable = "no nodes available to schedule pods";
