import type { Cluster } from "../../src/model/cluster.ts";
import type { Plan, Step } from "../../src/plan/plan.ts";
import type { UpgradeOptions } from "../../src/planner/upgrade-options.ts";
import { upgradePlan } from "../../src/planner/upgrade-plan.ts";
import { eksPool, gkePool, managedCluster, type PoolShape } from "./managed-clusters.ts";

/** Upgrades planned as `seatrial upgrade` plans them without more flags, and clusters whose control plane somebody else runs. */

const asUsual: UpgradeOptions = { lockstep: false, canary: 0, soakBetweenMinors: 0 };

/** Throws where the planner refuses. */
export function planFor(cluster: Cluster, to: string, options: Partial<UpgradeOptions> = {}): Plan {
  const made = upgradePlan(cluster, to, { ...asUsual, ...options });
  if (!made.ok) throw new Error(made.problem);
  return made.plan;
}

/** Why the planner refuses; `no problem` where it does not. */
export function problemFor(cluster: Cluster, to: string, options: Partial<UpgradeOptions> = {}): string {
  const made = upgradePlan(cluster, to, { ...asUsual, ...options });
  return made.ok ? "no problem" : made.problem;
}

export function namesOf({ steps }: Plan): string[] {
  return steps.map(({ name }) => name);
}

/** The first rollout inside a step. */
export function rolloutIn(step: Step | undefined): Extract<Step, { readonly kind: "rollout" }> {
  if (step?.kind === "rollout") return step;
  const inner = step && "steps" in step ? step.steps.find(({ kind }) => kind === "rollout") : undefined;
  if (inner?.kind !== "rollout") throw new Error("no rollout");
  return inner;
}

export const eksVersion = "v1.33.3-eks-3abbec1";
export const gkeVersion = "v1.33.4-gke.1036000";
export const zones = ["a", "b", "c"];

/** Four nodes of one pool, in three zones. */
export function eks(pool: Partial<PoolShape> = {}): Cluster {
  return managedCluster(eksVersion, [{ labels: eksPool("general"), count: 4, zones, ...pool }]);
}

export function gke(pool: Partial<PoolShape> = {}): Cluster {
  return managedCluster(gkeVersion, [{ labels: gkePool("general"), count: 4, zones, ...pool }]);
}
