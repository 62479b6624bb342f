import { clusterAutoscaler } from "../facts/node-owners.ts";
import { drainersIn } from "../plan/drainers.ts";
import { byText, groupBy } from "../lib/order.ts";
import type { Node } from "../model/node.ts";
import { nodeOwner, type OwnerReaction, reactionsTo } from "../model/node-owner.ts";
import { listed } from "../lib/counted.ts";
import type { Outcome } from "./rule.ts";

/** A node to which its owner, or an autoscaler, may do something because of what the plan does to it. */
export interface OwnedNode {
  readonly node: string;
  readonly reaction: OwnerReaction;
  /** When what it reacts to began, in milliseconds. */
  readonly from: number;
  /** For how long it goes on; undefined: to the end. */
  readonly forMillis: number | undefined;
  /** The event that began it. */
  readonly event: number;
}

/** What owners do about a node of the cluster; those whose own rules the plan drains by know what they do. */
export function ownerReactions(
  { cluster, plan, index }: Pick<Outcome, "cluster" | "plan" | "index">,
  name: string,
  what: "emptied" | "silent" | "deleted",
): readonly OwnerReaction[] {
  const node: Node | undefined = index.node(name);
  if (!node) return [];
  const ownership = nodeOwner(node, cluster);
  if (drainersIn(plan).some((drainer) => drainer === ownership.owner?.kind)) return [];
  return reactionsTo(ownership, what);
}

/** Findings go by who acts: the longest first, then the name. */
export function byOwner(nodes: readonly OwnedNode[]): readonly (readonly OwnedNode[])[] {
  return [...groupBy(nodes, ({ reaction }) => reaction.who)]
    .sort(([a], [b]) => byText(a, b))
    .map(([, group]) =>
      group.toSorted(
        (a, b) => (b.forMillis ?? Infinity) - (a.forMillis ?? Infinity) || byText(a.node, b.node),
      ),
    );
}

/** The subject of a finding: the one node, else who acts, as one word. */
export function subjectOf(group: readonly OwnedNode[]): string {
  const [first] = group as [OwnedNode, ...OwnedNode[]];
  if (group.length === 1) return first.node;
  return first.reaction.who.replace(/^the /, "").replaceAll(" ", "-");
}

/** Names the nodes where the subject does not: `node-1 and node-2 are`, else `is`. */
export function nodesAre(names: readonly string[]): string {
  return names.length === 1 ? "is" : `${listed(names, 3)} are`;
}

/** The annotation by which whoever reacts leaves a node alone; undefined: there is none. */
export function annotationAgainst(
  who: string,
  leaves: readonly [string, string] | undefined,
): string | undefined {
  const [key, value] = who === `the ${clusterAutoscaler.title}` ? clusterAutoscaler.leaves : (leaves ?? []);
  return key === undefined ? undefined : `${key}=${value}`;
}
