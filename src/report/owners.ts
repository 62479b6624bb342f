import { clusterAutoscaler, type NodeOwnerFact, type Reaction } from "../facts/node-owners.ts";
import { byText, groupBy } from "../lib/order.ts";
import type { Cluster } from "../model/cluster.ts";
import { nodeOwner, type NodeOwnership } from "../model/node-owner.ts";
import type { Block, Line } from "./layout.ts";
import { counted, listed } from "../lib/counted.ts";

/** Who made the nodes, and what becomes of a node that is emptied, deleted or silent; nothing where no mark tells. */
export function ownersBlock(cluster: Cluster, verbose: boolean): Block[] {
  const owned = cluster.objects.Node.map((node) => nodeOwner(node, cluster));
  const groups = groupBy(
    owned.filter(({ owner }) => owner !== undefined),
    ({ owner }) => owner!.kind,
  );
  const isAutoscaled = owned.some((each) => each.isAutoscaled);
  if (groups.size === 0 && !isAutoscaled) return [];
  const unowned = owned.filter(({ owner }) => owner === undefined).length;
  const lines = [
    ...[...groups.values()].flatMap((group) => groupLines(group, verbose)),
    ...(isAutoscaled
      ? reactionLines(`A ${clusterAutoscaler.title} runs here`, clusterAutoscaler, verbose)
      : []),
    ...(unowned > 0 ? [{ text: `${counted(unowned, "node")}: nothing tells of an owner`, hang: 2 }] : []),
  ];
  return [{ label: "Owners", gap: true, lines }];
}

function groupLines(group: readonly NodeOwnership[], verbose: boolean): Line[] {
  const { fact } = group[0]!.owner!;
  const pools = [...groupBy(group, ({ owner }) => owner!.pool)].sort(([a], [b]) => byText(a, b));
  const names = pools.map(([pool, nodes]) => {
    const spare = nodes.find((each) => each.spare)?.spare;
    const spares = nodes.filter((each) => each.spare).length;
    const left = nodes.filter(({ leftAloneBy }) => leftAloneBy !== undefined).length;
    const notes = [
      ...(spare ? [`${spares} ${spare.title}: gone ${spare.noticeSeconds} s after a notice`] : []),
      ...(left > 0 ? [`${left} to be left alone`] : []),
    ];
    return `${pool === "" ? "" : `${pool}, `}${counted(nodes.length, "node")}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
  });
  return reactionLines(`${fact.title} ${listed(names, verbose ? names.length : 4)}`, fact, verbose);
}

/** What stands by itself is said; that nothing happens only where everything is. */
function reactionLines(
  title: string,
  fact: Pick<NodeOwnerFact, "emptied" | "silent" | "deleted" | "source"> & { readonly removes?: string },
  verbose: boolean,
): Line[] {
  const said: readonly (readonly [string, Reaction])[] = [
    ["emptied", fact.emptied],
    ["deleted", fact.deleted],
    ["silent", fact.silent],
  ];
  const shown = said.filter(([, { does }]) => verbose || does !== "nothing");
  return [
    { text: title, hang: 2 },
    ...shown.map(([what, { words }]): Line => ({ text: `${what}: ${words}`, indent: 2, hang: 2 })),
    ...(verbose && fact.removes !== undefined
      ? [{ text: `takes one away: ${fact.removes}`, indent: 2, hang: 2 } satisfies Line]
      : []),
    ...(verbose
      ? [{ text: `source: ${fact.source}`, indent: 2, hang: 2, tone: "quiet" } satisfies Line]
      : []),
  ];
}
