import type { Node } from "../model/node.ts";
import type { Trace } from "./trace.ts";

/** The nodes that joined in the course of a trace, in that order, each as it registered but for what it offered last. */
export function joinedNodes({ events }: Trace): readonly Node[] {
  const nodes = new Map<string, Node>();
  for (const event of events) {
    if (event.kind === "node.added") nodes.set(event.node, event.object);
    const node = event.kind === "node.resized" ? nodes.get(event.node) : undefined;
    if (node && event.kind === "node.resized")
      nodes.set(node.name, { ...node, allocatable: event.allocatable });
  }
  return [...nodes.values()];
}

/** Every node that is there at some time of a trace: those of the cluster, then those that joined. */
export function allNodes(trace: Trace): readonly Node[] {
  const joined = joinedNodes(trace);
  const names = new Set(joined.map(({ name }) => name));
  return [...trace.header.cluster.objects.Node.filter(({ name }) => !names.has(name)), ...joined];
}
