import { labelValue } from "../../model/meta.ts";
import type { Pod } from "../../model/pod.ts";
import type { DaemonSet, StatefulSet } from "../../model/workload.ts";
import type { Sim } from "../sim.ts";

/** The label by which a pod's template revision is known. */
export const revisionLabel = "controller-revision-hash";

/**
 * Whether a pod is of this revision of its owner's template. One that was there at t = 0 without the label is taken to
 * be as its owner wants it, as long as the template is the snapshot's: a snapshot begins no rollout of itself.
 */
export function hasRevision(sim: Sim, set: DaemonSet | StatefulSet, pod: Pod, revision: string): boolean {
  const label = labelValue(pod.labels, revisionLabel);
  if (label !== undefined || !sim.state.wasThereAtStart(pod)) return label === revision;
  const sets: readonly (DaemonSet | StatefulSet)[] = sim.cluster.objects[set.kind];
  return sets.find(({ uid }) => uid === set.uid)?.template === set.template;
}
