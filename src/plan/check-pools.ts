import { didYouMean } from "../lib/nearest.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Problem } from "../model/problem.ts";
import { nodePools } from "./node-pools.ts";
import type { Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** Pools that are declared like a node that is not there, twice, or with none of the nodes that there are. */
export function poolProblems({ assumptions }: Plan, cluster: Cluster, source: Source): readonly Problem[] {
  const declared = assumptions.nodePools ?? [];
  const names = cluster.objects.Node.map(({ name }) => name);
  const { pools } = nodePools(cluster, assumptions);
  return declared.flatMap((pool, index) => {
    const at = (field: string, message: string) => [
      problemAt(["spec", "assumptions", "nodePools", index, field], message, source),
    ];
    if (declared.findIndex(({ name }) => name === pool.name) < index)
      return at("name", `there are two pools ${pool.name}`);
    if (!names.includes(pool.like))
      return at("like", `${cluster.name} has no node ${pool.like}${didYouMean(pool.like, names)}`);
    const found = pools.find(({ name }) => name === pool.name);
    if (pool.selector && found?.members.length === 0) return at("selector", "no node has these labels");
    return [];
  });
}
