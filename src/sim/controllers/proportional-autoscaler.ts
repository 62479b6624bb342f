import type { Cluster } from "../../model/cluster.ts";
import { isReady } from "../../model/pod.ts";
import { parseRef } from "../../model/meta.ts";
import {
  type ProportionalAutoscaler,
  proportionalAutoscalers,
  proportionalCounts,
  proportionalReplicas,
} from "../../model/proportional-autoscaler.ts";
import { type Scalable, workloadKinds } from "../../model/workload.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import { perSim } from "../per-sim.ts";
import type { Room, Sim } from "../sim.ts";
import { scaleWorkload } from "../state/object-writes.ts";
import { periodicLook } from "./periodic-look.ts";

/**
 * Cluster-proportional autoscalers, cluster DNS' above all: every 10 s they count nodes and cores and set the replicas of
 * their targets, while one of their own pods is Ready. Source: facts/proportional.ts.
 */
const looks = periodicLook("proportional.look", (sim, key, cause) => {
  const autoscaler = autoscalersOf(sim).get(key);
  if (!autoscaler) return undefined;
  if (isRunning(sim, autoscaler))
    for (const target of autoscaler.targets) adjust(sim, autoscaler, target, cause);
  return { afterMillis: autoscaler.pollMillis, atRest: true };
});

const autoscalersOf = perSim(
  ({ cluster }): ReadonlyMap<string, ProportionalAutoscaler> =>
    new Map(proportionalAutoscalers(cluster).map((each) => [each.name, each])),
);

const stirAll = (sim: Sim, _event: unknown, number: number) => {
  for (const key of looks.keys(sim)) looks.stir(sim, key, number);
};

export const proportionalAutoscalerRoom: Room = {
  name: "proportional-autoscaler",
  start: (sim) => {
    for (const { name, pollMillis: period } of autoscalersOf(sim).values())
      looks.begin(sim, name, { delay: sim.chooser.choose(`proportional ${name}`, period), period, cause: 0 });
  },
  on: {
    "node.added": stirAll,
    "node.removed": stirAll,
    "node.cordoned": stirAll,
    "node.uncordoned": stirAll,
    "node.resized": stirAll,
    "workload.scaled": (sim, { workload }, number) => {
      for (const { name, targets } of autoscalersOf(sim).values())
        if (targets.includes(workload)) looks.stir(sim, name, number);
    },
    "pod.ready": (sim, { pod }, number) => {
      if (autoscalersOf(sim).size === 0) return;
      const found = sim.state.pod(pod);
      if (found) looks.stir(sim, sim.state.workloadOf(found), number);
    },
  },
  tasks: looks.tasks,
};

/** Whether one of its own pods works. */
function isRunning(sim: Sim, { uid }: ProportionalAutoscaler): boolean {
  return sim.state
    .childrenOf(uid)
    .some((set) =>
      sim.state
        .podsOwnedBy(set.uid)
        .some((pod) => isReady(pod) && !pod.deletion && sim.state.isNodeUp(pod.nodeName)),
    );
}

function adjust(sim: Sim, autoscaler: ProportionalAutoscaler, target: string, cause: number): void {
  const workload = scalable(sim, target);
  if (!workload) return;
  const counts = proportionalCounts(autoscaler, sim.state.tables.Node.values());
  const replicas = proportionalReplicas(autoscaler.parameters, counts);
  if (replicas === workload.replicas) return;
  const { nodes, cores } = counts;
  const from = workload.replicas;
  const body = { autoscaler: autoscaler.name, workload: target, from, replicas, nodes, cores };
  const event = sim.emit({ kind: "proportional.rescaled", ...body }, cause);
  scaleWorkload(sim, workload, replicas, autoscaler.name, event);
}

function scalable(sim: Sim, ref: string): Scalable | undefined {
  const { kind = "", namespace = "", name = "" } = parseRef(ref) ?? {};
  const known = workloadKinds.find((each) => each === kind);
  if (!known || known === "DaemonSet" || known === "Job") return undefined;
  return sim.state.tables[known].get(`${namespace}/${name}`);
}

/** What is taken where neither flags nor a ConfigMap show the parameters of an autoscaler. */
export function proportionalAssumptions(cluster: Cluster): AssumptionUse[] {
  return proportionalAutoscalers(cluster).flatMap(({ name, parameters, origin }): AssumptionUse[] => {
    if (origin !== "default" || parameters.kind !== "linear") return [];
    const { nodesPerReplica, coresPerReplica } = parameters;
    const amount = `a replica for ${nodesPerReplica} nodes or ${coresPerReplica} cores`;
    return [
      { what: "parameters", subject: name, millis: 0, amount, origin, detail: "its add-on's manifest" },
    ];
  });
}
