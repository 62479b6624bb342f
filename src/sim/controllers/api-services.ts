import { isMetricsServer, metricsApis } from "../../facts/metrics-apis.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { keyOf } from "../../model/meta.ts";
import { perSim } from "../per-sim.ts";
import type { Room, Sim } from "../sim.ts";

/**
 * Which aggregated APIs answer: while the Service behind one has no Ready endpoint, it does not, and who reads it (a
 * horizontal autoscaler its metrics) gets an error. Source: kube-aggregator, pkg/controllers/status/remote,
 * available_controller.go: False, MissingEndpoints.
 */
export const apiServicesRoom: Room = {
  name: "api-services",
  start: (sim) => {
    for (const { name, available } of sim.state.tables.APIService.values())
      if (!available) sim.state.unavailableApis.add(name);
    for (const [name, service] of servedBy(sim)) {
      const endpoints = service === undefined ? readyServers(sim) : sim.state.endpoints.get(service)?.ready;
      if (endpoints === 0) sim.state.unavailableApis.add(name);
    }
  },
  on: {
    "service.changed": (sim, { service, ready }, number) => {
      for (const [name, behind] of servedBy(sim)) if (behind === service) set(sim, name, ready > 0, number);
    },
    "pod.ready": (sim, { pod }, number) => lookAgain(sim, sim.state.pod(pod), number),
    "pod.unready": (sim, { pod }, number) => lookAgain(sim, sim.state.pod(pod), number),
    "pod.terminating": (sim, { pod }, number) => lookAgain(sim, sim.state.pod(pod), number),
    "pod.gone": (sim, _event, number) => lookAgain(sim, sim.state.lastRemoved, number),
  },
};

const [resourceMetrics] = metricsApis.resource;

type Served = readonly [name: string, service: string | undefined];

/** Aggregated APIs by name, with the Service behind each; undefined: pods that are known by their labels. */
const servedBy = perSim((sim): readonly Served[] => {
  const { APIService, Service } = sim.state.tables;
  const named = [...APIService.values()].flatMap(({ name, service }): Served[] => {
    const key = service && keyOf(service);
    // Endpoints are only known of a Service that selects its pods.
    return key !== undefined && Service.get(key)?.selector ? [[name, key]] : [];
  });
  const isNamed = named.some(([name]) => name === resourceMetrics);
  return isNamed || !hasServers(sim) ? named : [...named, [resourceMetrics, undefined]];
});

function hasServers(sim: Sim): boolean {
  for (const pod of sim.state.pods()) if (isMetricsServer(pod.labels)) return true;
  return false;
}

function readyServers(sim: Sim): number {
  let ready = 0;
  for (const pod of sim.state.pods())
    if (isMetricsServer(pod.labels) && isReady(pod) && !pod.deletion && sim.state.isNodeUp(pod.nodeName))
      ready++;
  return ready;
}

function lookAgain(sim: Sim, pod: Pod | undefined, cause: number): void {
  if (!pod || !isMetricsServer(pod.labels)) return;
  for (const [name, service] of servedBy(sim))
    if (service === undefined) set(sim, name, readyServers(sim) > 0, cause);
}

function set(sim: Sim, apiService: string, available: boolean, cause: number): void {
  if (sim.state.unavailableApis.has(apiService) !== available) return;
  if (available) sim.state.unavailableApis.delete(apiService);
  else sim.state.unavailableApis.add(apiService);
  const reason = available ? "" : "no pod behind it is Ready";
  sim.emit({ kind: "apiservice.changed", apiService, available, reason }, cause);
}
