import { type Cluster, isGiven, type Kind } from "../model/cluster.ts";
import { listed } from "../lib/counted.ts";

/** Kinds without which a good end is not known to be one. What is not given is never none. */
const decisive = ["Pod", "Service", "PodDisruptionBudget", "PersistentVolume"] as const satisfies Kind[];

/** Those of them that the input does not settle. */
export function kindsNotGiven(cluster: Cluster): readonly Kind[] {
  return decisive.filter((kind) => !isGiven(cluster, kind));
}

/** What stands in place of "No outage" where no Service could tell of one. */
export const outagesUnknown = "outages unknown: no Services given";

/** What a verdict that looks good rests on, besides Services: `Not given, so not settled: PodDisruptionBudgets.` */
export function notSettled(kinds: readonly Kind[]): string[] {
  const others = kinds.filter((kind) => kind !== "Service").map((kind) => `${kind}s`);
  return others.length === 0 ? [] : [`Not given, so not settled: ${listed(others, others.length)}.`];
}
