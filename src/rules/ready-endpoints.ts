import { isReady } from "../model/pod.ts";
import type { Service } from "../model/service.ts";
import type { Preflight } from "./rule.ts";

/**
 * Whether anything answers for a Service: a Ready pod that it selects, or a ready endpoint that the snapshot records
 * (a snapshot may lack pods that its EndpointSlices know).
 */
export function hasReadyEndpoint({ cluster, index }: Preflight, service: Service): boolean {
  const pods = index.podsOfService(service);
  if (pods.some((pod) => service.publishNotReadyAddresses || (isReady(pod) && !pod.deletion))) return true;
  return cluster.objects.EndpointSlice.some(
    ({ namespace, serviceName, endpoints }) =>
      namespace === service.namespace && serviceName === service.name && endpoints.some(({ ready }) => ready),
  );
}
