import type { Cluster } from "../model/cluster.ts";
import { workloadIndex } from "../model/ownership.ts";
import type { Duration } from "../plan/assumptions.ts";
import type { Plan } from "../plan/plan.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/**
 * What a plan tells that no part of the simulation draws and rules judge by: how long clients hold connections, how soon
 * a load balancer notices. Only where the cluster has what it is about.
 */
export function toldAssumptions({ assumptions }: Plan, cluster: Cluster): AssumptionUse[] {
  const { workloads, loadBalancer } = assumptions;
  const there = new Set(cluster.objects.Pod.map(workloadIndex(cluster)));
  const told = { origin: "plan", detail: "assumptions" } as const;
  const connections = Object.entries(workloads).flatMap(([subject, each]): AssumptionUse[] =>
    each.connections && there.has(subject)
      ? [{ what: "connections", subject, millis: longest(each.connections), ...told }]
      : [],
  );
  const isBalanced = cluster.objects.Service.some(
    ({ type }) => type === "LoadBalancer" || type === "NodePort",
  );
  if (!loadBalancer || !isBalanced) return connections;
  const { interval, threshold } = loadBalancer;
  return [...connections, { what: "balancer notices", subject: "", millis: interval * threshold, ...told }];
}

/** 0 for what never ends: a list of assumptions holds numbers. */
function longest(duration: Duration): number {
  switch (duration.kind) {
    case "fixed":
      return duration.millis;
    case "distribution":
      return duration.table.at(-1)?.[1] ?? 0;
    case "never":
      return 0;
  }
}
