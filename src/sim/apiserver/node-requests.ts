import { byText } from "../../lib/order.ts";
import { zoneOf } from "../../model/affinity.ts";
import { podFactOf } from "../../exec/pod-fact.ts";
import { controllerOf } from "../../model/meta.ts";
import { nodeCondition } from "../../model/node.ts";
import { isFinished, isMirror, type Pod } from "../../model/pod.ts";
import { matchesSelector } from "../../model/selector.ts";
import type { NodeFact, PodFact } from "../../exec/protocol.ts";
import type { NodeSelection } from "../../plan/plan.ts";
import type { Sim } from "../sim.ts";
import { addTaint, removeTaint, setLabel, setUnschedulable } from "../state/node-writes.ts";
import { type ActionOf, doneBy, notFound, problem, type Reply } from "./reply.ts";

/** What the API server answers to requests about nodes and the pods on them. */

export function listNodes(sim: Sim, selection: NodeSelection): Reply {
  const { Node: table } = sim.state.tables;
  switch (selection.kind) {
    case "names": {
      const missing = selection.names.filter((name) => !table.has(name));
      const nodes = selection.names.filter((name) => table.has(name)).map((name) => nodeFact(sim, name));
      return { fact: { kind: "nodes", nodes, missing } };
    }
    case "selector": {
      const chosen = [...table.values()].filter((node) => matchesSelector(selection.selector, node.labels));
      // The API server lists by name.
      const names = chosen.map(({ name }) => name).sort(byText);
      return { fact: { kind: "nodes", nodes: names.map((name) => nodeFact(sim, name)), missing: [] } };
    }
    case "current":
      return { fact: { kind: "nodes", nodes: [], missing: [] } };
  }
}

function nodeFact(sim: Sim, name: string): NodeFact {
  const node = sim.state.node(name)!;
  const pods = sim.state
    .podsOnNode(name)
    .filter((pod) => !isMirror(pod) && !isFinished(pod) && controllerOf(pod)?.kind !== "DaemonSet");
  const constrained = pods.filter((pod) =>
    sim.state.budgetKeysFor(pod).some((key) => sim.state.budgetStatus(key).disruptionsAllowed === 0),
  );
  return {
    name,
    zone: zoneOf(node.labels),
    unschedulable: node.unschedulable,
    pods: pods.length,
    constrainedPods: constrained.length,
  };
}

export function listPods(sim: Sim, { node, podSelector }: ActionOf<"listPods">): Reply {
  const pods = sim.state
    .podsOnNode(node)
    .filter((pod) => matchesSelector(podSelector, pod.labels))
    .sort((a, b) => byText(a.namespace, b.namespace) || byText(a.name, b.name))
    .map((pod) => podFact(sim, pod));
  const object = sim.state.node(node);
  const isNodeSilent = object !== undefined && nodeCondition(object, "Ready")?.status === "Unknown";
  return { fact: { kind: "pods", pods, isNodeSilent } };
}

/** What a drain's filters need to know of a pod. */
function podFact(sim: Sim, pod: Pod): PodFact {
  const controller = controllerOf(pod);
  return podFactOf(pod, {
    daemonSetExists:
      controller?.kind === "DaemonSet" &&
      sim.state.tables.DaemonSet.has(`${pod.namespace}/${controller.name}`),
    ...(pod.deletion ? { deletionAt: sim.virtual(pod.deletion.at) } : {}),
  });
}

export function cordon(
  sim: Sim,
  { node: name, unschedulable, dryRun }: ActionOf<"cordon">,
  cause: number,
): Reply {
  const node = sim.state.node(name);
  if (!node) return notFound("nodes", name);
  if (dryRun) return { fact: { kind: "done", changed: node.unschedulable !== unschedulable } };
  return doneBy(setUnschedulable(sim, node, unschedulable, cause));
}

export function taint(sim: Sim, { node: name, taint, remove }: ActionOf<"taint">, cause: number): Reply {
  const node = sim.state.node(name);
  if (!node) return notFound("nodes", name);
  if (!remove) return doneBy(addTaint(sim, node, taint, cause));
  let event: number | undefined;
  for (const each of node.taints.filter(({ key }) => key === taint.key))
    event = removeTaint(sim, sim.state.node(name)!, each.key, each.effect, cause) ?? event;
  return event === undefined ? problem(`taint "${taint.key}" not found`) : doneBy(event);
}

export function label(sim: Sim, { node: name, labels }: ActionOf<"label">, cause: number): Reply {
  let event: number | undefined;
  for (const [key, value] of Object.entries(labels)) {
    const node = sim.state.node(name);
    if (!node) return notFound("nodes", name);
    event = setLabel(sim, node, key, value, cause) ?? event;
  }
  return doneBy(event);
}
