import type { ClusterObjects } from "../model/cluster.ts";

/**
 * The newest moment that any object tells of, in epoch milliseconds: when the input was taken, as near as it says.
 * Times that lie ahead by design (ends of grace periods) do not count.
 */
export function newestTimestamp(objects: ClusterObjects): number | undefined {
  let newest: number | undefined;
  const see = (millis: number | undefined) => {
    if (millis !== undefined && (newest === undefined || millis > newest)) newest = millis;
  };
  for (const list of Object.values(objects)) for (const object of list) see(object.createdAt);
  for (const node of objects.Node) {
    for (const condition of node.conditions) {
      see(condition.since);
      see(condition.heartbeat);
    }
  }
  for (const pod of objects.Pod) {
    see(pod.status.startedAt);
    for (const condition of pod.status.conditions) see(condition.since);
    for (const status of pod.status.containerStatuses) {
      see(status.startedAt);
      see(status.lastTermination?.finishedAt);
    }
  }
  for (const lease of objects.Lease) see(lease.renewedAt);
  for (const event of objects.Event) see(event.lastAt);
  for (const usage of [...objects.NodeMetrics, ...objects.PodMetrics]) see(usage.measuredAt);
  return newest;
}
