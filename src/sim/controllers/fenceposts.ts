import { type Deployment, resolveIntOrPercent } from "../../model/workload.ts";

/** The largest and smallest number of pods during a rolling update. Source: ResolveFenceposts: surge up, unavailable down. */
export function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (deployment.strategy.type === "Recreate") return { surge: 0, unavailable: deployment.replicas };
  const surge = resolveIntOrPercent(deployment.strategy.maxSurge, deployment.replicas, "up");
  const unavailable = resolveIntOrPercent(deployment.strategy.maxUnavailable, deployment.replicas, "down");
  if (surge === 0 && unavailable === 0) return { surge, unavailable: 1 };
  return { surge, unavailable: Math.min(unavailable, deployment.replicas) };
}
