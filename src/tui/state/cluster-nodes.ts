import { byText, groupBy } from "../../lib/order.ts";
import { labelValue } from "../../model/meta.ts";
import type { Trace } from "../../trace/trace.ts";

/** The nodes of a rehearsal in the order in which they stand in the rack. */

export interface RackNode {
  readonly name: string;
  readonly zone: string;
}

export interface Zone {
  readonly name: string;
  /** Its name without what all zones begin with. */
  readonly label: string;
  readonly nodes: readonly RackNode[];
}

const zoneLabels = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/** All nodes that are ever there, by zone and name; those without a zone come last. */
export function zonesOf(trace: Trace): readonly Zone[] {
  const nodes: RackNode[] = trace.header.cluster.objects.Node.map(({ name, labels }) => ({
    name,
    zone: zoneLabels.map((label) => labelValue(labels, label)).find((zone) => zone !== undefined) ?? "",
  }));
  const known = new Set(nodes.map(({ name }) => name));
  for (const event of trace.events) {
    if (event.kind !== "node.added" || known.has(event.node)) continue;
    known.add(event.node);
    nodes.push({ name: event.node, zone: "" });
  }
  const groups = [...groupBy(nodes, ({ zone }) => zone)].sort(([a], [b]) =>
    a === "" || b === "" ? b.length - a.length : byNature(a, b),
  );
  const shared = sharedBeginning(groups.map(([zone]) => zone).filter((zone) => zone !== ""));
  return groups.map(([name, members]) => ({
    name,
    label: name.slice(shared),
    nodes: members.sort((a, b) => byNature(a.name, b.name)),
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

/** The length of what all names begin with, up to a dash: `us-east-` of `us-east-1a` and `us-east-1b`. */
function sharedBeginning(names: readonly string[]): number {
  const [first] = names;
  if (first === undefined || names.length < 2) return 0;
  const end = first.lastIndexOf("-") + 1;
  for (let length = end; length > 0; length = first.lastIndexOf("-", length - 2) + 1)
    if (names.every((name) => name.startsWith(first.slice(0, length)) && name.length > length)) return length;
  return 0;
}
