import type { Rehearsal } from "../../../src/sim/simulate.ts";

/** The status of each workload at the end, with the field names of the API. */
export function statusFields({ sim }: Rehearsal, facts: Record<string, unknown>): void {
  const { tables } = sim.state;
  const count = (uid: string, field: string) => Number(sim.state.workloadStatus.get(uid)?.[field] ?? 0);
  for (const each of tables.Deployment.values()) {
    const progressing = sim.state.workloadStatus.get(each.uid)?.["progressing"] ?? null;
    facts[`controllers.${each.namespace}/deployment/${each.name}.end`] = {
      "spec.replicas": each.replicas,
      replicas: count(each.uid, "replicas"),
      updatedReplicas: count(each.uid, "updated"),
      readyReplicas: count(each.uid, "ready"),
      availableReplicas: count(each.uid, "available"),
      Progressing: progressing,
      Available: sim.state.workloadStatus.get(each.uid)?.["availability"] ?? null,
    };
  }
  for (const each of tables.StatefulSet.values())
    facts[`controllers.${each.namespace}/statefulset/${each.name}.end`] = {
      "spec.replicas": each.replicas,
      replicas: count(each.uid, "replicas"),
      currentReplicas: count(each.uid, "current"),
      updatedReplicas: count(each.uid, "updated"),
      readyReplicas: count(each.uid, "ready"),
      availableReplicas: count(each.uid, "available"),
    };
  for (const each of tables.DaemonSet.values())
    facts[`controllers.${each.namespace}/daemonset/${each.name}.end`] = {
      desiredNumberScheduled: count(each.uid, "desired"),
      currentNumberScheduled: count(each.uid, "current"),
      updatedNumberScheduled: count(each.uid, "updated"),
      numberReady: count(each.uid, "ready"),
      numberAvailable: count(each.uid, "available"),
      numberMisscheduled: count(each.uid, "misscheduled"),
    };
  for (const each of tables.Job.values())
    facts[`controllers.${each.namespace}/job/${each.name}.end`] = {
      "spec.parallelism": each.parallelism,
      active: count(each.uid, "active"),
      ready: count(each.uid, "readyPods"),
      terminating: count(each.uid, "terminating"),
      succeeded: count(each.uid, "succeeded"),
      failed: count(each.uid, "failed"),
      conditions: sim.state.workloadStatus.get(each.uid)?.["conditions"] ?? "",
    };
}
