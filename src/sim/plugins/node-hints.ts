import type { Node } from "../../model/node.ts";
import type { HostPort, Pod } from "../../model/pod.ts";
import type { Taint } from "../../model/taint.ts";
import { tolerates } from "../../model/taint.ts";
import { type Allocatable, allocatableOf, NodeInfo } from "../scheduler/node-info.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import type { Change } from "./cluster-events.ts";
import { portConflicts } from "./node-ports.ts";
import { fits, type FitState, fitState } from "./node-resources-fit.ts";
import { matchesRequiredNodeAffinity, matchesTerms } from "./node-selector-terms.ts";
import { type HintContext, holdsPlace, on, type Registration } from "./queueing-hint.ts";
import { untoleratedTaint } from "./taint-toleration.ts";

/**
 * What wakes pods that were rejected for what a node is or has left.
 * Source: EventsToRegister and the isSchedulableAfter… functions of each plugin under its name.
 */

function emptyNode(node: Node): NodeInfo {
  const info = new NodeInfo(node.name);
  info.node = node;
  return info;
}

/** A pod that leaves, or one on a node that comes to ask for less. */
function makesRoom(pod: PodInfo, { before, after }: Change<Pod>, context: HintContext): boolean {
  if (!after) return holdsPlace(before!);
  if (!context.behaviour.inPlaceResize) return false;
  if (after.uid === pod.pod.uid) return true;
  if (after.nodeName === "") return false;
  const [had, has] = [context.infoOf(before!).resource, context.infoOf(after).resource];
  const less: ReadonlySet<string> = new Set([
    ...(has.milliCPU < had.milliCPU ? ["cpu"] : []),
    ...(has.memory < had.memory ? ["memory"] : []),
    ...(has.ephemeralStorage < had.ephemeralStorage ? ["ephemeral-storage"] : []),
    ...had.scalars.filter(([name, amount]) => amount > amountOf(has.scalars, name)).map(([name]) => name),
  ]);
  return [...pod.spec.requests].some(([name, amount]) => amount !== 0 && less.has(name));
}

function amountOf(scalars: readonly (readonly [name: string, amount: number])[], wanted: string): number {
  return scalars.find(([name]) => name === wanted)?.[1] ?? 0;
}

function fitsAnew(pod: PodInfo, { before, after }: Change<Node>): boolean {
  const state = fitState(pod.spec.requests);
  const node = emptyNode(after!);
  return (
    fits(state, node) && (!before || hasMore(state, allocatableOf(before.allocatable), node.allocatable))
  );
}

function hasMore(state: FitState, before: Allocatable, after: Allocatable): boolean {
  return (
    after.podNumber > before.podNumber ||
    (state.milliCPU > 0 && after.milliCPU > before.milliCPU) ||
    (state.memory > 0 && after.memory > before.memory) ||
    (state.ephemeralStorage > 0 && after.ephemeralStorage > before.ephemeralStorage) ||
    state.scalars.some(([name]) => (after.scalars.get(name) ?? 0) > (before.scalars.get(name) ?? 0))
  );
}

/** A pod goes that holds a host port which this pod wants. */
function freesPort(pod: PodInfo, { before }: Change<Pod>, { infoOf }: HintContext): boolean {
  if (!holdsPlace(before!)) return false;
  const used = new Map<string, Set<string>>();
  for (const { ip, protocol, port } of infoOf(before!).spec.hostPorts) {
    let ports = used.get(ip);
    if (!ports) used.set(ip, (ports = new Set()));
    ports.add(`${protocol}/${port}`);
  }
  return pod.spec.hostPorts.some((wanted: HostPort) => portConflicts(used, wanted));
}

function comesToMatch({ pod }: PodInfo, { before, after }: Change<Node>, { args }: HintContext): boolean {
  const { addedRequired } = args.nodeAffinity;
  const node = emptyNode(after!);
  if (addedRequired !== undefined && !matchesTerms(addedRequired, node)) return false;
  if (!matchesRequiredNodeAffinity(pod.spec, node)) return false;
  return !before || !matchesRequiredNodeAffinity(pod.spec, emptyNode(before));
}

function comesToBeTolerated({ spec }: PodInfo, { before, after }: Change<Node>): boolean {
  const isKeptOut = ({ taints }: Node) => untoleratedTaint(taints, spec.tolerations) !== undefined;
  return (!before || isKeptOut(before)) && !isKeptOut(after!);
}

const isItself = ({ pod }: PodInfo, { after }: Change<Pod>) => after?.uid === pod.uid;

const unschedulableTaint: Taint = {
  key: "node.kubernetes.io/unschedulable",
  value: "",
  effect: "NoSchedule",
};

export const nodeHints: Readonly<Record<string, readonly Registration[]>> = {
  NodeResourcesFit: [
    on("Pod", ["Delete", "UpdatePodScaleDown"], makesRoom),
    on("Node", ["Add", "UpdateNodeAllocatable"], fitsAnew),
  ],
  NodePorts: [on("Pod", ["Delete"], freesPort), on("Node", ["Add"])],
  NodeAffinity: [on("Node", ["Add", "UpdateNodeLabel"], comesToMatch)],
  TaintToleration: [
    on("Node", ["Add", "UpdateNodeTaint"], comesToBeTolerated),
    on("Pod", ["UpdatePodToleration"], isItself),
  ],
  NodeUnschedulable: [
    on(
      "Node",
      ["Add", "UpdateNodeTaint"],
      (_pod, { before, after }) => !after!.unschedulable && (!before || before.unschedulable),
    ),
    on(
      "Pod",
      ["UpdatePodToleration"],
      (pod, change) => isItself(pod, change) && tolerates(pod.spec.tolerations, unschedulableTaint),
    ),
  ],
  NodeName: [on("Node", ["Add"])],
  SchedulingGates: [on("Pod", ["UpdatePodSchedulingGatesEliminated"], isItself)],
};
