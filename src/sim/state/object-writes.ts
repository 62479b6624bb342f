import type { BudgetStatus } from "../../model/budget.ts";
import type { Kind, ObjectsByKind } from "../../model/cluster.ts";
import { formatRef, type ObjectMeta, refOf } from "../../model/meta.ts";
import type { Scalable } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import type { WorkloadStatus } from "./cluster-state.ts";

/** Changes of all other objects: one function a change, each with exactly one event, whose number they return. */

type OtherKind = Exclude<Kind, "Pod" | "Node">;

export function createObject<K extends OtherKind>(
  sim: Sim,
  kind: K,
  object: ObjectsByKind[K],
  cause: number,
): number {
  sim.state.put(kind, object);
  return sim.emit({ kind: "object.created", object: formatRef(refOf(object)) }, cause);
}

/** `what` says in words which field got which value. */
export function patchObject<K extends OtherKind>(
  sim: Sim,
  kind: K,
  object: ObjectsByKind[K],
  what: string,
  cause: number,
): number {
  sim.state.put(kind, { ...object, generation: (object.generation ?? 0) + 1 });
  return sim.emit({ kind: "object.patched", object: formatRef(refOf(object)), what }, cause);
}

export function deleteObject<K extends OtherKind>(
  sim: Sim,
  kind: K,
  object: ObjectsByKind[K],
  cause: number,
): number {
  sim.state.remove(kind, object);
  return sim.emit({ kind: "object.deleted", object: formatRef(refOf(object)) }, cause);
}

/** Sets a workload's replicas; undefined where they are that already. */
export function scaleWorkload(
  sim: Sim,
  workload: Scalable,
  replicas: number,
  by: string,
  cause: number,
): number | undefined {
  if (workload.replicas === replicas) return undefined;
  const next = { ...workload, replicas, generation: (workload.generation ?? 0) + 1 };
  sim.state.put(workload.kind, next);
  return sim.emit({ kind: "workload.scaled", workload: formatRef(refOf(workload)), replicas, by }, cause);
}

/** Stores a budget's status; the event comes only when one of its numbers changes. */
export function setBudgetStatus(
  sim: Sim,
  key: string,
  status: BudgetStatus,
  cause: number,
): number | undefined {
  const before = sim.state.budgetStatus(key);
  sim.state.putBudgetStatus(key, status);
  const {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
  } = status;
  if (
    before.currentHealthy === healthy &&
    before.desiredHealthy === desired &&
    before.disruptionsAllowed === allowed &&
    before.expectedPods === expected
  ) {
    return undefined;
  }
  return sim.emit({ kind: "budget.changed", budget: key, healthy, desired, allowed, expected }, cause);
}

/** Stores how many endpoints a Service has; undefined where nothing changed. */
export function setEndpoints(
  sim: Sim,
  key: string,
  counts: { readonly ready: number; readonly serving: number },
  cause: number,
): number | undefined {
  const before = sim.state.endpoints.get(key);
  if (before?.ready === counts.ready && before.serving === counts.serving) return undefined;
  sim.state.endpoints.set(key, counts);
  return sim.emit({ kind: "service.changed", service: key, ...counts }, cause);
}

/**
 * Stores what a workload's controller reports of it. The event comes only when one of its conditions changes:
 * its counts follow from its pods.
 */
export function setWorkloadStatus(
  sim: Sim,
  workload: ObjectMeta & { readonly kind: string },
  status: WorkloadStatus,
  cause: number,
): number | undefined {
  const before = sim.state.workloadStatus.get(workload.uid);
  sim.state.workloadStatus.set(workload.uid, status);
  const changed = Object.keys(status).filter(
    (key) => typeof status[key] === "string" && before?.[key] !== status[key],
  );
  if (!before || changed.length === 0) return undefined;
  return sim.emit({ kind: "workload.changed", workload: formatRef(refOf(workload)), status }, cause);
}
