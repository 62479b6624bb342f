import type { Cluster } from "../src/model/cluster.ts";
import { keyOf } from "../src/model/meta.ts";
import { workloadIndex } from "../src/model/ownership.ts";
import type { Pod } from "../src/model/pod.ts";
import type { Assumptions } from "../src/plan/assumptions.ts";
import { SeededChooser } from "../src/sim/engine/choice.ts";
import { createTimings } from "../src/sim/nodes/assumed-timings.ts";
import type { RawJson } from "./loadable.ts";
import type { LabTimes } from "./load.ts";

/** For pods that the snapshot has none of yet. */
const unknown: LabTimes = { start: 1, ready: 1, stop: 1 };

/**
 * How long pods take in the lab, for the objects of a snapshot: what a rehearsal of it would take, measured or assumed, in
 * whole seconds, and alike for all pods of a workload.
 */
export function labTimesOf(cluster: Cluster, assumptions: Assumptions): (object: RawJson) => LabTimes {
  const timings = createTimings(cluster, assumptions, new SeededChooser(1, "median"));
  const workloadOf = workloadIndex(cluster);
  const times = new Map<string, LabTimes>();
  const workloads = new Map<string, string>();
  for (const pod of cluster.objects.Pod) {
    const workload = workloadOf(pod);
    const name = workload === "" ? `${pod.namespace}/Pod/${pod.name}` : workload;
    workloads.set(keyOf(pod), name);
    if (!times.has(name)) times.set(name, timesOf(pod));
  }
  return ({ kind, metadata }) => {
    const { namespace = "default", name, ownerReferences = [] } = metadata;
    const [owner] = ownerReferences;
    const workload =
      kind === "Pod"
        ? (workloads.get(`${namespace}/${name}`) ?? "")
        : kind === "ReplicaSet" && owner
          ? `${namespace}/${owner.kind}/${owner.name}`
          : `${namespace}/${kind}/${name}`;
    return times.get(workload) ?? unknown;
  };

  function timesOf(pod: Pod): LabTimes {
    const seconds = (millis: number) => Math.round(millis / 1_000);
    const start = timings.running(pod, 0);
    const ready = timings.ready(pod, 0);
    const stop = timings.stopped(pod, 0, pod.spec.terminationGracePeriodSeconds);
    return {
      start: start === undefined ? unknown.start : seconds(start),
      ready: ready === undefined ? "never" : seconds(ready),
      stop: seconds(stop),
    };
  }
}
