import type { Cluster } from "./cluster.ts";
import { controllerOf } from "./meta.ts";
import type { Pod } from "./pod.ts";

/**
 * What keeps a pod running, above its ReplicaSet: `shop/Deployment/web`; empty for a pod without a controller.
 * Pods that a rehearsal makes carry it in their UID (`shop/Deployment/web#7`).
 */
export function workloadIndex(cluster: Cluster): (pod: Pod) => string {
  const above = new Map<string, string>();
  for (const set of cluster.objects.ReplicaSet) {
    const owner = controllerOf(set);
    if (owner) above.set(set.uid, `${set.namespace}/${owner.kind}/${owner.name}`);
  }
  return (pod) => {
    const hash = pod.uid.lastIndexOf("#");
    if (hash > 0) return pod.uid.slice(0, hash);
    const owner = controllerOf(pod);
    if (!owner) return "";
    return above.get(owner.uid) ?? `${pod.namespace}/${owner.kind}/${owner.name}`;
  };
}
