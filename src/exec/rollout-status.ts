import type { RolloutFact } from "./protocol.ts";

/** Whether a rollout is over, as `kubectl rollout status` decides it. Source: kubectl pkg/polymorphichelpers/rollout_status.go. */
export function rolloutEnd(fact: RolloutFact): "progressing" | "done" | "failed" {
  if (!fact.isObserved) return "progressing";
  if (fact.kind === "Deployment" && fact.isStuck) return "failed";
  if (!fact.isRolling) return "failed";
  switch (fact.kind) {
    case "Deployment":
      if (fact.updated < fact.replicas || fact.total > fact.updated || fact.available < fact.updated)
        return "progressing";
      return "done";
    case "DaemonSet":
      return fact.updated < fact.replicas || fact.available < fact.replicas ? "progressing" : "done";
    case "StatefulSet":
      if (fact.ready < fact.replicas) return "progressing";
      return fact.updated < fact.replicas - fact.partition ? "progressing" : "done";
  }
}
