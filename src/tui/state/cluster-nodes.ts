import { byText, groupBy } from "../../lib/order.ts";
import { zoneOf } from "../../model/affinity.ts";
import { allNodes } from "../../trace/all-nodes.ts";
import type { Trace } from "../../trace/trace.ts";

/** The nodes of a rehearsal in the order in which they stand in the rack. */

export interface RackNode {
  readonly name: string;
  /** Its name without the domain that all nodes share. */
  readonly label: string;
  readonly zone: string;
}

export interface Zone {
  readonly name: string;
  /** Its name without what all zones begin with. */
  readonly label: string;
  readonly nodes: readonly RackNode[];
}

/** All nodes that are ever there, by zone and name; those without a zone come last. */
export function zonesOf(trace: Trace): readonly Zone[] {
  const nodes: Omit<RackNode, "label">[] = allNodes(trace).map(({ name, labels }) => ({
    name,
    zone: zoneOf(labels),
  }));
  const groups = [...groupBy(nodes, ({ zone }) => zone)].sort(([a], [b]) =>
    a === "" || b === "" ? b.length - a.length : byNature(a, b),
  );
  const shared = sharedBeginning(groups.map(([zone]) => zone).filter((zone) => zone !== ""));
  const domain = sharedDomain(nodes.map(({ name }) => name));
  return groups.map(([name, members]) => ({
    name,
    label: name.slice(shared),
    nodes: members
      .map((node) => ({ ...node, label: node.name.slice(0, node.name.length - domain) }))
      .sort((a, b) => byNature(a.name, b.name)),
  }));
}

/** `node-2` before `node-10`: digits compare as numbers, all else by code units. */
export function byNature(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = byPart(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || byText(a, b);
}

function byPart(a: string, b: string): number {
  const areNumbers = /^\d/.test(a) && /^\d/.test(b);
  return areNumbers ? Number(a) - Number(b) : byText(a, b);
}

/** The length of the domain that all names end with: `.ec2.internal` of `ip-10-0-1-2.ec2.internal` and others. */
function sharedDomain(names: readonly string[]): number {
  const [first = ""] = names;
  if (names.length < 2) return 0;
  for (let dot = first.indexOf("."); dot > 0; dot = first.indexOf(".", dot + 1)) {
    const domain = first.slice(dot);
    const isName = /^\.\D/.test(domain);
    if (isName && names.every((name) => name.endsWith(domain) && name.length > domain.length))
      return domain.length;
  }
  return 0;
}

/** The length of what all names begin with, up to a dash: `us-east-` of `us-east-1a` and `us-east-1b`. */
function sharedBeginning(names: readonly string[]): number {
  const [first] = names;
  if (first === undefined || names.length < 2) return 0;
  for (let length = first.length - 1; length > 0; length--) {
    if (first[length - 1] !== "-") continue;
    if (names.every((name) => name.startsWith(first.slice(0, length)) && name.length > length)) return length;
  }
  return 0;
}
