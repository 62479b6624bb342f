import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { isNodeReady, type Node } from "../model/node.ts";
import { isFinished, type Resources } from "../model/pod.ts";
import { podRequests } from "../model/pod-resources.ts";
import type { Verdict, Word } from "../verdict/verdict.ts";
import { isDown } from "./down.ts";
import { isCutOff } from "./stops.ts";
import { flagDuration } from "./words.ts";

/** The verdict of draining each node by itself. */
export interface Drains {
  readonly cluster: Cluster;
  readonly drains: readonly { readonly node: string; readonly verdict: Verdict }[];
}

/** Whether a node can be emptied now: it hangs, is refused, stops, hurts, or finishes. */
export interface NodeRow {
  readonly node: string;
  readonly word: Word;
  readonly pods: number;
  readonly clientMillis: number | undefined;
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** Requested share of allocatable, in percent, rounded. */
  readonly requested: { readonly cpu: number; readonly memory: number };
  /** Used share of allocatable, in percent; undefined: no NodeMetrics. */
  readonly used: { readonly cpu: number; readonly memory: number } | undefined;
  /** Services that would go down. */
  readonly down: number;
  /** Pods that would have no node. */
  readonly pending: number;
  /** Whether virtual time ended first. */
  readonly isCut: boolean;
}

const wordRank: Readonly<Record<Word, number>> = { HANGS: 0, REFUSES: 1, STOPS: 2, HURTS: 3, FINISHES: 4 };

/** A row for each node that was rehearsed, worst first. */
export function nodeRows({ cluster, drains }: Drains): NodeRow[] {
  const { objects } = cluster;
  const nodes = new Map(objects.Node.map((node) => [node.name, node]));
  const requested = requestsByNode(cluster);
  const metrics = new Map(objects.NodeMetrics.map((usage) => [usage.name, usage.usage]));
  return drains
    .map(({ node: name, verdict }): NodeRow => {
      const node = nodes.get(name)!;
      const usage = metrics.get(name);
      return {
        node: name,
        word: verdict.word,
        pods: verdict.drains.reduce((sum, { evicted, remaining }) => sum + evicted + remaining.length, 0),
        clientMillis: verdict.clientMillis,
        ready: isNodeReady(node),
        cordoned: node.unschedulable,
        requested: shareOf(requested.get(name) ?? {}, node),
        used: usage && shareOf(usage, node),
        down: verdict.services.filter(isDown).length,
        pending: verdict.pending.length,
        isCut: verdict.word !== "HANGS" && isCutOff(verdict),
      };
    })
    .sort((a, b) => wordRank[a.word] - wordRank[b.word] || b.down - a.down || byText(a.node, b.node));
}

function requestsByNode(cluster: Cluster): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
  for (const pod of cluster.objects.Pod) {
    if (pod.nodeName === "" || isFinished(pod)) continue;
    const sum = sums.get(pod.nodeName) ?? {};
    const requests = podRequests(pod.spec);
    for (const resource of ["cpu", "memory"])
      sum[resource] = (sum[resource] ?? 0) + (requests[resource] ?? 0);
    sums.set(pod.nodeName, sum);
  }
  return sums;
}

function shareOf(
  amounts: Resources,
  { allocatable }: Node,
): { readonly cpu: number; readonly memory: number } {
  const percent = (resource: "cpu" | "memory") =>
    Math.round((100 * (amounts[resource] ?? 0)) / Math.max(1, allocatable[resource] ?? 1));
  return { cpu: percent("cpu"), memory: percent("memory") };
}

/** How long the drain of a node takes, as a cell. */
export function takes(
  { clientMillis, isCut }: Pick<NodeRow, "clientMillis" | "isCut">,
  horizon: number,
): string {
  if (clientMillis !== undefined) return humanDuration(clientMillis);
  return isCut ? `> ${flagDuration(horizon)}` : "never";
}
