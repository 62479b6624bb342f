import { labelValue } from "../../model/meta.ts";
import type { Deployment, ReplicaSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";
import { fenceposts } from "./fenceposts.ts";

/**
 * What a Deployment's controller writes on its ReplicaSets, to know later how large they were to be and which came
 * when. Source: pkg/controller/deployment/util/deployment_util.go.
 */

export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";
export const revisionAnnotation = "deployment.kubernetes.io/revision";

/** The annotations with the Deployment's size now; the same object where they have it already. */
export function sizeAnnotations(
  annotations: ReplicaSet["annotations"],
  deployment: Deployment,
): ReplicaSet["annotations"] {
  const desired = String(deployment.replicas);
  const max = String(deployment.replicas + fenceposts(deployment).surge);
  if (
    labelValue(annotations, desiredAnnotation) === desired &&
    labelValue(annotations, maxAnnotation) === max
  )
    return annotations;
  return { ...annotations, [desiredAnnotation]: desired, [maxAnnotation]: max };
}

/** The ReplicaSet of the newest template has the highest revision, also when an older template came back. */
export function numberRevision(sim: Sim, current: ReplicaSet | undefined, sets: readonly ReplicaSet[]): void {
  const revision = (set: ReplicaSet) => Number(labelValue(set.annotations, revisionAnnotation) ?? "0");
  const highest = Math.max(0, ...sets.filter((set) => set !== current).map(revision));
  if (!current || revision(current) > highest) return;
  const annotations = { ...current.annotations, [revisionAnnotation]: String(highest + 1) };
  sim.state.put("ReplicaSet", { ...current, annotations });
}
