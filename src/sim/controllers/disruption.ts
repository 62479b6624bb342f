import { disruptionFacts } from "../../facts/disruption.ts";
import type { BudgetStatus, PodDisruptionBudget } from "../../model/budget.ts";
import { controllerOf, keyOf } from "../../model/meta.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { resolveIntOrPercent } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { setBudgetStatus } from "../state/object-writes.ts";
import { defineController } from "./controller.ts";

/**
 * Keeps each budget's status equal to what its pods can spare now.
 * Source: pkg/controller/disruption/disruption.go; facts/timing.json, controllers.pdb.
 */
export const disruptionController = defineController({
  name: "disruption",
  wakesOn: {
    "pod.created": (sim, { pod }) => budgetsOf(sim, pod),
    "pod.ready": (sim, { pod }) => budgetsOf(sim, pod),
    "pod.unready": (sim, { pod }) => budgetsOf(sim, pod),
    "pod.finished": (sim, { pod }) => budgetsOf(sim, pod),
    "pod.terminating": (sim, { pod }) => budgetsOf(sim, pod),
    "pod.gone": (sim) => (sim.state.lastRemoved ? sim.state.budgetKeysFor(sim.state.lastRemoved) : []),
    "workload.scaled": (sim, { workload }) => budgetsOfWorkload(sim, workload),
    "object.created": (_sim, { object }) => budgetNamed(object),
    "object.patched": (_sim, { object }) => budgetNamed(object),
    "object.deleted": (sim, { object }) => budgetsOfWorkload(sim, object),
  },
  reconcile,
});

function budgetsOf(sim: Sim, uid: string): readonly string[] {
  const pod = sim.state.pod(uid);
  return pod ? sim.state.budgetKeysFor(pod) : [];
}

function budgetNamed(ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  return kind === "PodDisruptionBudget" ? [`${namespace}/${name}`] : [];
}

/** Budgets of the workload's namespace that select one of its pods, or might once it has some. */
function budgetsOfWorkload(sim: Sim, ref: string): readonly string[] {
  const namespace = ref.split("/")[0];
  return [...sim.state.tables.PodDisruptionBudget.values()]
    .filter((budget) => budget.namespace === namespace)
    .map(keyOf);
}

function reconcile(sim: Sim, key: string, cause: number): void {
  const budget = sim.state.tables.PodDisruptionBudget.get(key);
  if (!budget) return;
  const before = sim.state.budgetStatus(key);
  const status = computeStatus(sim, budget, before);
  if (!sameStatus(before, status)) setBudgetStatus(sim, key, status, cause);
  wakeWhenDisruptionsExpire(sim, key, status, cause);
}

/** Writes every budget's status before anything happens: what the snapshot says of it is never used. */
export function computeAllStatuses(sim: Sim): void {
  for (const [key, budget] of sim.state.tables.PodDisruptionBudget) {
    const disruptedPods = budget.status?.disruptedPods ?? {};
    const before: BudgetStatus = { ...sim.state.budgetStatus(key), disruptedPods };
    sim.state.putBudgetStatus(key, computeStatus(sim, budget, before));
  }
}

/** The status that the disruption controller would write now. */
export function computeStatus(sim: Sim, budget: PodDisruptionBudget, before: BudgetStatus): BudgetStatus {
  const pods = sim.state.podsOfBudget(keyOf(budget));
  const expected = expectedPods(sim, budget, pods);
  const observedGeneration = budget.generation ?? 0;
  // A failed sync leaves everything as it was and allows nothing.
  if (!expected) return { ...before, disruptionsAllowed: 0, observedGeneration };
  const disruptedPods = pendingDisruptions(sim, pods, before.disruptedPods);
  const isDisrupted = (pod: Pod) =>
    disruptedPods !== nobodyDisrupted && Object.hasOwn(disruptedPods, pod.name);
  let currentHealthy = 0;
  for (const pod of pods) if (!pod.deletion && isReady(pod) && !isDisrupted(pod)) currentHealthy++;
  const allowed = expected.count <= 0 ? 0 : Math.max(0, currentHealthy - expected.desired);
  return {
    currentHealthy,
    desiredHealthy: expected.desired,
    disruptionsAllowed: allowed,
    expectedPods: expected.count,
    observedGeneration,
    disruptedPods,
  };
}

/**
 * How many pods there should be and how many must stay healthy; undefined where a pod's controller has no scale,
 * which fails the sync. Percentages round up, both kinds.
 */
function expectedPods(
  sim: Sim,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
): { readonly count: number; readonly desired: number } | undefined {
  if (budget.maxUnavailable !== undefined) {
    const scale = expectedScale(sim, pods);
    if (scale === undefined) return undefined;
    const unavailable = resolveIntOrPercent(budget.maxUnavailable, scale, "up");
    return { count: scale, desired: Math.max(0, scale - unavailable) };
  }
  if (budget.minAvailable === undefined) return { count: pods.length, desired: 0 };
  if (typeof budget.minAvailable === "number") return { count: pods.length, desired: budget.minAvailable };
  const scale = expectedScale(sim, pods);
  if (scale === undefined) return undefined;
  return { count: scale, desired: resolveIntOrPercent(budget.minAvailable, scale, "up") };
}

/** The sum of the replicas of the pods' distinct controllers; pods without one are not counted. */
function expectedScale(sim: Sim, pods: readonly Pod[]): number | undefined {
  const scales = new Map<string, number>();
  let last = "";
  for (const pod of pods) {
    const owner = controllerOf(pod);
    // As a rule they are all of one.
    if (!owner || owner.uid === last || scales.has(owner.uid)) continue;
    last = owner.uid;
    const scale = scaleOf(sim, owner.uid, owner.kind, pods);
    if (scale === undefined) return undefined;
    scales.set(scale.uid, scale.replicas);
    if (scale.uid !== owner.uid) scales.set(owner.uid, 0);
  }
  let total = 0;
  for (const replicas of scales.values()) total += replicas;
  return total;
}

function scaleOf(
  sim: Sim,
  uid: string,
  kind: string,
  pods: readonly Pod[],
): { readonly uid: string; readonly replicas: number } | undefined {
  const owner = sim.state.objectByUid(uid);
  switch (owner?.kind) {
    case "ReplicaSet": {
      const above = controllerOf(owner);
      const deployment = above && sim.state.objectByUid(above.uid);
      if (deployment?.kind === "Deployment") return { uid: deployment.uid, replicas: replicasOf(deployment) };
      return { uid, replicas: replicasOf(owner) };
    }
    case "ReplicationController":
    case "StatefulSet":
      return { uid, replicas: replicasOf(owner) };
    case undefined:
      return unknownScale(uid, kind, pods);
    default:
      return undefined;
  }
}

/** Kinds without a scale subresource: a budget over their pods with a percentage or maxUnavailable never syncs. */
const scaleless = new Set(["Job", "DaemonSet", "Node", "CronJob"]);

/**
 * A controller that the input does not have. A custom resource may have a scale that only the API server knows:
 * the pods it has now stand in for it, and a finding says so (rule unknown-owner).
 */
function unknownScale(
  uid: string,
  kind: string,
  pods: readonly Pod[],
): { readonly uid: string; readonly replicas: number } | undefined {
  if (scaleless.has(kind)) return undefined;
  return { uid, replicas: pods.filter((pod) => controllerOf(pod)?.uid === uid).length };
}

function replicasOf(object: { readonly kind: string }): number {
  return (object as { readonly replicas?: number }).replicas ?? 0;
}

const nobodyDisrupted: Readonly<Record<string, number>> = {};

/** Evictions that were accepted and whose pods are still there, not deleted yet, and not given up after two minutes. */
function pendingDisruptions(
  sim: Sim,
  pods: readonly Pod[],
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  if (before === nobodyDisrupted || Object.keys(before).length === 0) return nobodyDisrupted;
  let kept: Record<string, number> | undefined;
  for (const pod of pods) {
    if (pod.deletion || !Object.hasOwn(before, pod.name)) continue;
    const since = before[pod.name]!;
    if (sim.epoch() < since + disruptionFacts.deletionTimeoutMillis) (kept ??= {})[pod.name] = since;
  }
  return kept ?? nobodyDisrupted;
}

function wakeWhenDisruptionsExpire(sim: Sim, key: string, status: BudgetStatus, cause: number): void {
  if (status.disruptedPods === nobodyDisrupted) return;
  for (const since of Object.values(status.disruptedPods)) {
    const at = sim.virtual(since) + disruptionFacts.deletionTimeoutMillis;
    if (at > sim.now) sim.after(at - sim.now, "reconcile disruption", key, cause);
  }
}

function sameStatus(a: BudgetStatus, b: BudgetStatus): boolean {
  return (
    a.currentHealthy === b.currentHealthy &&
    a.desiredHealthy === b.desiredHealthy &&
    a.disruptionsAllowed === b.disruptionsAllowed &&
    a.expectedPods === b.expectedPods &&
    a.observedGeneration === b.observedGeneration &&
    (a.disruptedPods === b.disruptedPods ||
      JSON.stringify(a.disruptedPods) === JSON.stringify(b.disruptedPods))
  );
}
