import { termMatches, namespaceLabels } from "./affinity-terms.ts";
import type { Pod } from "../../model/pod.ts";
import type { ClusterEvent } from "../plugins/cluster-events.ts";
import { portConflicts } from "../plugins/node-ports.ts";
import { fits, fitState } from "../plugins/node-resources-fit.ts";
import { matchesRequiredNodeAffinity } from "../plugins/node-selector-terms.ts";
import { untoleratedTaint } from "../plugins/taint-toleration.ts";
import type { SchedulerCache } from "./cache.ts";
import type { PodInfo } from "./pod-info.ts";

/**
 * What was asked of a pod before queueing hints, whatever had rejected it: whether it can go to a node that came or
 * changed, and whether it has to do with a pod that came or changed.
 * Source: eventhandlers.go, preCheckForNode; scheduling_queue.go, AssignedPodAdded and AssignedPodUpdated.
 */
export function passesPreCheck(
  event: ClusterEvent,
  pod: PodInfo,
  rejectors: ReadonlySet<string>,
  cache: SchedulerCache,
): boolean {
  if (event.resource === "Node") {
    if (event.action === "Delete") return true;
    return admits(event.after?.name ?? "", pod, cache);
  }
  if (event.resource !== "Pod" || event.action === "Delete" || event.action === "UpdatePodScaleDown")
    return true;
  const { namespace, labels } = event.after!;
  const isSpread = cache.behaviour.podsWakeSpread && rejectors.has("PodTopologySpread");
  if (isSpread && namespace === pod.pod.namespace) return true;
  const spaceLabels = namespaceLabels(cache.listers, namespace);
  return pod.terms.required.some((term) => termMatches(term, namespace, labels, spaceLabels));
}

/** Whether the pod could run on the node as it is, as far as the kubelet would ask. */
function admits(nodeName: string, { pod, spec }: PodInfo, cache: SchedulerCache): boolean {
  const node = cache.node(nodeName);
  return (
    node !== undefined &&
    fits(fitState(spec.requests), node) &&
    matchesRequiredNodeAffinity(pod.spec, node) &&
    (pod.nodeName === "" || pod.nodeName === nodeName) &&
    !spec.hostPorts.some((port) => portConflicts(node.usedPorts, port)) &&
    untoleratedTaint(node.node!.taints, spec.tolerations) === undefined
  );
}

/** Whether more than the status changed. */
export function isUpdated(before: Pod, after: Pod): boolean {
  return (
    before.spec !== after.spec ||
    before.labels !== after.labels ||
    before.annotations !== after.annotations ||
    before.owners !== after.owners ||
    before.deletion !== after.deletion
  );
}
