import { type DrainFlag, filterPod, flagAskedFor } from "../exec/drain-filters.ts";
import { drainRules } from "../exec/drain-rules.ts";
import { podFactOf } from "../exec/pod-fact.ts";
import type { PodFact } from "../exec/protocol.ts";
import type { Cluster } from "../model/cluster.ts";
import { controllerOf } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import type { DrainOptions } from "../plan/plan.ts";
import type { NotePod, PodGroup } from "../trace/event.ts";

/** A flag without which kubectl refuses, and the pods it refuses for. */
export interface NeededFlag extends DrainFlag {
  readonly pods: readonly NotePod[];
}

/**
 * The flags that a refusal asks for, in the order in which kubectl names them, and those that it would ask for next:
 * of each pod kubectl says one thing only, so a pod without a controller that has an emptyDir is refused twice.
 */
export function neededFlags(
  cluster: Cluster,
  groups: readonly PodGroup[],
  options: DrainOptions,
): readonly NeededFlag[] {
  const found = new Map<string, { readonly flag: DrainFlag; readonly pods: NotePod[] }>();
  for (const { message, pods } of groups)
    for (const pod of pods) {
      const object = cluster.objects.Pod.find(
        ({ namespace, name }) => namespace === pod.namespace && name === pod.name,
      );
      for (const flag of flagsFor(object && factOf(cluster, object), message, options)) {
        const entry = found.get(flag.flag);
        if (entry) entry.pods.push(pod);
        else found.set(flag.flag, { flag, pods: [pod] });
      }
    }
  return [...found.values()].map(({ flag, pods }) => ({ ...flag, pods }));
}

/** What kubectl asks for because of one pod, one refusal after another, until it would delete the pod. */
function flagsFor(pod: PodFact | undefined, message: string, options: DrainOptions): DrainFlag[] {
  const flags: DrainFlag[] = [];
  let given = options;
  for (let next: string | undefined = message; next !== undefined;) {
    const flag = flagAskedFor(next);
    if (!flag || flags.some((each) => each.flag === flag.flag)) return flags;
    flags.push(flag);
    given = { ...given, [flag.option]: true };
    const status = pod && filterPod(pod, drainRules("kubectl", given), 0);
    next = status?.kind === "error" ? status.message : undefined;
  }
  return flags;
}

function factOf(cluster: Cluster, pod: Pod): PodFact {
  const controller = controllerOf(pod);
  return podFactOf(pod, {
    daemonSetExists: cluster.objects.DaemonSet.some(
      (each) => each.namespace === pod.namespace && each.name === controller?.name,
    ),
  });
}
