import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import type { Service } from "../../model/service.ts";
import type { Sim } from "../sim.ts";
import { setEndpoints } from "../state/object-writes.ts";
import { defineController } from "./controller.ts";

/**
 * Keeps the endpoints of each Service that selects pods. Source: pkg/controller/endpointslice; facts/timing.json.
 * A pod is an endpoint while it has an address and has not finished; it is ready while it is Ready and not
 * terminating, or always with publishNotReadyAddresses.
 */
export const endpointsController = defineController({
  name: "endpoints",
  wakesOn: {
    "pod.running": (sim, { pod }) => servicesOf(sim, sim.state.pod(pod)),
    "pod.ready": (sim, { pod }) => servicesOf(sim, sim.state.pod(pod)),
    "pod.unready": (sim, { pod }) => servicesOf(sim, sim.state.pod(pod)),
    "pod.finished": (sim, { pod }) => servicesOf(sim, sim.state.pod(pod)),
    "pod.terminating": (sim, { pod }) => servicesOf(sim, sim.state.pod(pod)),
    "pod.gone": (sim) => servicesOf(sim, sim.state.lastRemoved),
    "node.down": servicesOnNode,
    "node.up": servicesOnNode,
    "node.ready": servicesOnNode,
    "object.created": (_sim, { object }) => serviceNamed(object),
    "object.patched": (_sim, { object }) => serviceNamed(object),
  },
  initial: (sim) => [...sim.state.tables.Service.keys()],
  reconcile: (sim, key, cause) => {
    const service = sim.state.tables.Service.get(key);
    if (service?.selector) setEndpoints(sim, key, countEndpoints(sim, service, key), cause);
  },
});

function servicesOf(sim: Sim, pod: Pod | undefined): readonly string[] {
  return pod ? sim.state.serviceKeysFor(pod) : [];
}

function servicesOnNode(sim: Sim, { node }: { readonly node: string }): readonly string[] {
  return [...new Set(sim.state.podsOnNode(node).flatMap((pod) => sim.state.serviceKeysFor(pod)))];
}

function serviceNamed(ref: string): readonly string[] {
  const [namespace, kind, name] = ref.split("/");
  return kind === "Service" ? [`${namespace}/${name}`] : [];
}

/** What stands behind a Service: as its EndpointSlices say, and as a client would find it. */
export interface EndpointCounts {
  /** Ready addresses, as the API shows them. */
  readonly ready: number;
  /** Of these, on machines that run; where there is none, ready-but-terminating ones, which proxies then use. */
  readonly serving: number;
}

function countEndpoints(sim: Sim, service: Service, key: string): EndpointCounts {
  let ready = 0;
  let reachable = 0;
  let leaving = 0;
  for (const pod of sim.state.podsOfService(key)) {
    if (!pod.status.hasIP || isFinished(pod)) continue;
    const isUp = sim.state.isNodeUp(pod.nodeName);
    if (service.publishNotReadyAddresses || (isReady(pod) && !pod.deletion)) {
      ready++;
      if (isUp && isReady(pod)) reachable++;
    } else if (isReady(pod) && isUp) leaving++;
  }
  return { ready, serving: reachable > 0 ? reachable : leaving };
}

/** The counts of every Service before anything happens. */
export function countAllEndpoints(sim: Sim): void {
  for (const [key, service] of sim.state.tables.Service)
    if (service.selector) sim.state.endpoints.set(key, countEndpoints(sim, service, key));
}
