import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { PluginArgs } from "../../model/scheduler-profile.ts";
import type { AffinityTerms } from "../scheduler/affinity-terms.ts";
import type { SchedulerListers } from "../scheduler/listers.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { LabelSet, PodInfo } from "../scheduler/pod-info.ts";

/**
 * The contract between the scheduling cycle and its plugins: kube-scheduler's extension points under their own names.
 * Source: k8s.io/kube-scheduler/framework/interface.go.
 */

/**
 * Why a pod is refused: `Unschedulable` where preempting pods of this node may help, `UnschedulableAndUnresolvable`
 * where it cannot, `Error` for what upstream treats as a failure of the scheduler itself.
 */
export type StatusCode = "Unschedulable" | "UnschedulableAndUnresolvable" | "Error";

/** A refusal. Success has no status. */
export interface Status {
  readonly code: StatusCode;
  readonly plugin: string;
  readonly reasons: readonly string[];
}

export function status(plugin: string, code: StatusCode, ...reasons: readonly string[]): Status {
  return { code, plugin, reasons };
}

/** Counts pods by node: a question that is asked of the whole cluster again and again. */
export interface PodMatcher {
  /** The same key means the same question. */
  readonly key: string;
  /** The only namespaces in which a pod can match; undefined: any. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly countsTerminating: boolean;
  matches(labelSet: LabelSet): boolean;
}

/** Pods that are alike in their pod affinity, and how many of them each node has. */
export interface TermOwners {
  readonly terms: AffinityTerms;
  readonly nodes: ReadonlyMap<NodeInfo, number>;
}

/** What the cache knows of one image. */
export interface ImageState {
  readonly sizeBytes: number;
  readonly nodes: ReadonlySet<NodeInfo>;
}

/** The cluster as plugins see it. */
export interface ClusterView {
  /** All nodes, in the order in which the scheduler goes through them. */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  readonly listers: SchedulerListers;
  /** How many of the matching pods each node has; nodes without any are left out. */
  podCounts(matcher: PodMatcher): ReadonlyMap<NodeInfo, number>;
  /** The pods that have pod affinity themselves. */
  termOwners(): Iterable<TermOwners>;
  image(name: string): ImageState | undefined;
  /** The lowest priority of any pod on a node; Infinity without pods. */
  readonly lowestPriority: number;
  /** Whether a pod on some node uses the claim (`namespace/name`). */
  isClaimInUse(key: string): boolean;
}

/** What all plugins are given in one scheduling cycle. */
export interface Cycle {
  readonly pod: PodInfo;
  readonly view: ClusterView;
  readonly behaviour: SchedulerBehaviour;
  readonly args: PluginArgs;
}

/** `skip`: the plugin has nothing to say to this pod, its Filter is not run. */
export type PreFilterOutcome<S> =
  | { readonly kind: "skip" }
  | { readonly kind: "state"; readonly state: S; readonly nodeNames?: ReadonlySet<string> }
  | { readonly kind: "rejected"; readonly status: Status };

/**
 * What a verdict or a score depends on beside the pod's class: `node`, the node object; `pods`, the pods on the node
 * as well; `volumes`, claims and volumes; `domains`, other nodes and their pods. `never`: it has no say here.
 */
export type Scope = "node" | "pods" | "volumes" | "domains" | "never";

export interface FilterPlugin<S = unknown> {
  readonly name: string;
  readonly filterScope: Scope;
  preFilter?(cycle: Cycle): PreFilterOutcome<S>;
  filter(cycle: Cycle, state: S, node: NodeInfo): Status | undefined;
  /** With `addPod` and `removePod`: what preemption and nominated pods change a copy of. */
  cloneState?(state: S): S;
  addPod?(cycle: Cycle, state: S, added: PodInfo, node: NodeInfo): void;
  removePod?(cycle: Cycle, state: S, removed: PodInfo, node: NodeInfo): void;
}

export interface ScorePlugin<S = unknown> {
  readonly name: string;
  readonly scoreScope: Scope;
  preScore(cycle: Cycle, feasible: readonly NodeInfo[]): { readonly state: S } | "skip" | Status;
  score(cycle: Cycle, state: S, node: NodeInfo): number;
  /** How scores are normalised where `normalize` is the default one: the most is best, or worst. */
  readonly normalization?: "proportional" | "inverse";
  /** Turns raw scores into 0 … 100, in place. */
  normalize?(cycle: Cycle, state: S, scores: number[], feasible: readonly NodeInfo[]): void;
}

export type Plugin = FilterPlugin | ScorePlugin | (FilterPlugin & ScorePlugin);

export const skip = { kind: "skip" } as const;
