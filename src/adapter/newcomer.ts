import type { ActionOf } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import { byText } from "../lib/order.ts";
import { controllerOf } from "../model/meta.ts";
import { isNodeReady, type Node } from "../model/node.ts";
import { isReady } from "../model/pod.ts";
import { isLasting } from "../plan/joined-node.ts";
import type { Api } from "./api.ts";
import type { JournalRecord } from "./journal.ts";
import { onNode, resource } from "./node-intents.ts";
import { parsedObjects } from "./parsed.ts";

/** The names of all nodes: one that joins later is none of them. An empty list where they cannot be read. */
export async function nodeNames(api: Api): Promise<readonly string[]> {
  return (await nodes(api)).map(({ name }) => name);
}

/**
 * The node that has come for a `joinNode`, once it is usable: Ready, without the taints of its start, and with its
 * DaemonSets' pods Ready. It has the name that the plan gives it, or, as clouds choose names of their own, any name that
 * neither was there before nor belongs to another machine of this run. Undefined while there is none.
 */
export async function newcomer(
  api: Api,
  { name, ifTaken, template }: ActionOf<"joinNode">,
  before: readonly string[],
  taken: ReadonlySet<string>,
): Promise<string | undefined> {
  const isNew = (node: Node) =>
    ifTaken === "fail" ? node.name === name : !before.includes(node.name) && !taken.has(node.name);
  const candidates = (await nodes(api))
    .filter(isNew)
    .sort((a, b) => Number(b.name === name) - Number(a.name === name) || byText(a.name, b.name));
  const startup = new Set(template.startupTaints.map(({ key }) => key));
  for (const node of candidates) {
    const isOpen = node.taints.every((taint) => isLasting(taint) && !startup.has(taint.key));
    if (isNodeReady(node) && !node.unschedulable && isOpen && (await hasItsAgents(api, node.name)))
      return node.name;
  }
  return undefined;
}

async function nodes(api: Api): Promise<readonly Node[]> {
  const raw = await api.list(apiPath(resource("Node")));
  if (!("length" in raw)) return [];
  const parsed = parsedObjects({ apiVersion: "v1", kind: "Node", objects: raw });
  return "error" in parsed ? [] : parsed.objects.Node;
}

async function hasItsAgents(api: Api, node: string): Promise<boolean> {
  const raw = await api.list(apiPath(resource("Pod")), onNode(node));
  if (!("length" in raw)) return false;
  const parsed = parsedObjects({ apiVersion: "v1", kind: "Pod", objects: raw });
  if ("error" in parsed) return false;
  return parsed.objects.Pod.filter((pod) => controllerOf(pod)?.kind === "DaemonSet").every((pod) =>
    isReady(pod),
  );
}

/** The nodes that have joined in the course of a run, as its journal tells. */
export function joinedNodes(records: readonly JournalRecord[]): Set<string> {
  return new Set(
    records.flatMap((record) =>
      record.kind === "seen" && record.fact.kind === "joined" ? [record.fact.node] : [],
    ),
  );
}
