import type { PluginArgs } from "../../model/scheduler-profile.ts";
import type { NodeInfo } from "../scheduler/node-info.ts";
import type { Amounts } from "../scheduler/pod-requests.ts";
import { isExtendedResource, isScalarResource, requestToScore } from "../scheduler/pod-requests.ts";
import { type FilterPlugin, type PreFilterOutcome, type ScorePlugin, status, type Status } from "./plugin.ts";
import { allocationScore } from "./resource-scoring.ts";

const name = "NodeResourcesFit";
const sidecarsDisabled = status(
  name,
  "UnschedulableAndUnresolvable",
  "Pod has a restartable init container and the SidecarContainers feature is disabled",
);

/** A resource that a node is short of; `never`: the node would be too small even if it were empty. */
export interface Insufficient {
  readonly resource: string;
  readonly never: boolean;
}

/** The pod's requests, ready to be compared. */
export interface FitState {
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly scalars: readonly (readonly [name: string, amount: number])[];
}

/** What a pod asks for, without the resources that the profile ignores. */
export function fitState(requests: Amounts, args?: PluginArgs["nodeResourcesFit"]): FitState {
  return {
    milliCPU: requests.get("cpu") ?? 0,
    memory: requests.get("memory") ?? 0,
    ephemeralStorage: requests.get("ephemeral-storage") ?? 0,
    scalars: [...requests]
      .filter(([resource, amount]) => amount > 0 && isScalarResource(resource))
      .filter(([resource]) => !args || !isIgnored(resource, args)),
  };
}

function isIgnored(resource: string, args: PluginArgs["nodeResourcesFit"]): boolean {
  return (
    isExtendedResource(resource) &&
    (args.ignoredResources.includes(resource) ||
      args.ignoredResourceGroups.includes(resource.slice(0, resource.indexOf("/"))))
  );
}

/** Everything that the node is short of for the pod; empty if it fits. Source: noderesources/fit.go, fitsRequest. */
export function insufficientResources(state: FitState, node: NodeInfo): Insufficient[] {
  const { allocatable, requested } = node;
  const short: Insufficient[] = [];
  const check = (resource: string, wanted: number, offered: number, taken: number) => {
    if (wanted > 0 && wanted > offered - taken) short.push({ resource, never: wanted > offered });
  };
  if (node.pods.length + 1 > allocatable.podNumber) short.push({ resource: "pods", never: false });
  check("cpu", state.milliCPU, allocatable.milliCPU, requested.milliCPU);
  check("memory", state.memory, allocatable.memory, requested.memory);
  check(
    "ephemeral-storage",
    state.ephemeralStorage,
    allocatable.ephemeralStorage,
    requested.ephemeralStorage,
  );
  for (const [resource, amount] of state.scalars)
    check(resource, amount, allocatable.scalars.get(resource) ?? 0, requested.scalars.get(resource) ?? 0);
  return short;
}

/** The same question without the answer's details: it is asked for every node. */
export function fits(state: FitState, node: NodeInfo): boolean {
  const { allocatable, requested } = node;
  if (node.pods.length + 1 > allocatable.podNumber) return false;
  if (state.milliCPU > 0 && state.milliCPU > allocatable.milliCPU - requested.milliCPU) return false;
  if (state.memory > 0 && state.memory > allocatable.memory - requested.memory) return false;
  const storageLeft = allocatable.ephemeralStorage - requested.ephemeralStorage;
  if (state.ephemeralStorage > 0 && state.ephemeralStorage > storageLeft) return false;
  for (const [resource, amount] of state.scalars) {
    const left = (allocatable.scalars.get(resource) ?? 0) - (requested.scalars.get(resource) ?? 0);
    if (amount > left) return false;
  }
  return true;
}

const statuses = new Map<string, Status>();

function rejection(short: readonly Insufficient[], knowsUnresolvable: boolean): Status {
  const isUnresolvable = knowsUnresolvable && short.some(({ never }) => never);
  const key = `${isUnresolvable} ${short.map(({ resource }) => resource).join(" ")}`;
  let known = statuses.get(key);
  if (!known) {
    const reasons = short.map(({ resource }) =>
      resource === "pods" ? "Too many pods" : `Insufficient ${resource}`,
    );
    known = status(name, isUnresolvable ? "UnschedulableAndUnresolvable" : "Unschedulable", ...reasons);
    statuses.set(key, known);
  }
  return known;
}

/** Rejects nodes that have too little left, and scores by what would be left. Source: noderesources/fit.go. */
export const nodeResourcesFit = {
  name,
  filterScope: "pods",
  scoreScope: "pods",
  preFilter({ pod, args, behaviour }): PreFilterOutcome<FitState> {
    if (behaviour.sidecarContainers === "rejected" && pod.pod.spec.initContainers.some((c) => c.isSidecar))
      return { kind: "rejected", status: sidecarsDisabled };
    return { kind: "state", state: fitState(pod.spec.requests, args.nodeResourcesFit) };
  },
  filter({ behaviour }, state, node) {
    if (fits(state, node)) return undefined;
    return rejection(insufficientResources(state, node), behaviour.fitUnresolvable);
  },
  preScore({ pod: { pod }, args, behaviour }) {
    const { resources } = args.nodeResourcesFit.scoringStrategy;
    return { state: resources.map((resource) => requestToScore(pod, resource.name, true, behaviour)) };
  },
  score({ args }, requests, node) {
    return allocationScore(args.nodeResourcesFit.scoringStrategy, requests, node);
  },
} satisfies FilterPlugin<FitState> & ScorePlugin<readonly number[]>;
