import type { StatefulSet } from "../model/workload.ts";
import type { PodView } from "../trace/world.ts";
import type { Outcome } from "./rule.ts";

/** Pods that were there at the start and that an ordered StatefulSet does not make again, because it waits for another. */
export interface Unmade {
  /** `data/StatefulSet/db` */
  readonly workload: string;
  /** The pod of the lowest ordinal that is not Ready. */
  readonly waitsFor: PodView;
  /** The names after it, by ordinal. */
  readonly names: readonly string[];
}

const known = new WeakMap<Outcome, readonly Unmade[]>();

/**
 * What ordered StatefulSets lack at the end. They make no pod while one of a lower ordinal is not Ready, and no pod that
 * is not made is Pending: nothing else tells of it.
 * Source: pkg/controller/statefulset/stateful_set_control.go (monotonic).
 */
export function unmadePods(outcome: Outcome): readonly Unmade[] {
  let found = known.get(outcome);
  if (!found)
    known.set(
      outcome,
      (found = outcome.cluster.objects.StatefulSet.flatMap((set) => unmadeOf(outcome, set) ?? [])),
    );
  return found;
}

function unmadeOf({ index, analysis, trace }: Outcome, set: StatefulSet): Unmade | undefined {
  if (set.podManagementPolicy !== "OrderedReady") return undefined;
  const workload = `${set.namespace}/${set.kind}/${set.name}`;
  const before = index.podsOfWorkload(workload);
  const ordinal = (name: string) => Number(name.slice(set.name.length + 1));
  const present = [...analysis.world.pods.values()]
    .filter((pod) => pod.workload === workload)
    .sort((a, b) => ordinal(a.name) - ordinal(b.name));
  if (present.length >= before.length) return undefined;
  const waitsFor = present.find((pod) => !pod.isReady || pod.terminating !== undefined);
  if (!waitsFor) return undefined;
  const scaled = trace.events.findLast(
    (event) => event.kind === "workload.scaled" && event.workload === workload,
  );
  const replicas = scaled?.kind === "workload.scaled" ? scaled.replicas : set.replicas;
  const here = new Set(present.map(({ name }) => name));
  const names = before
    .map(({ name }) => name)
    .filter((name) => !here.has(name) && ordinal(name) > ordinal(waitsFor.name))
    .filter((name) => ordinal(name) < set.firstOrdinal + replicas)
    .sort((a, b) => ordinal(a) - ordinal(b));
  return names.length === 0 ? undefined : { workload, waitsFor, names };
}
