import {
  csiPluginPath,
  devicePluginPath,
  networkConfigPath,
  networkSets,
  serviceSets,
} from "../../facts/node-agents.ts";
import type { Node } from "../../model/node.ts";
import { isReady } from "../../model/pod.ts";
import type { DaemonSet } from "../../model/workload.ts";
import { daemonFit, daemonSpec } from "../controllers/daemonset-fit.ts";
import type { Sim } from "../sim.ts";

/** The DaemonSets that a node waits for before it is of use. Each function gives those that have a pod there. */

/** Every DaemonSet that runs on the node, once it has no taints but its lasting ones. */
export function setsOn(sim: Sim, settled: Node): readonly DaemonSet[] {
  return [...sim.state.tables.DaemonSet.values()].filter(
    ({ template }) => daemonFit(daemonSpec(template), settled).shouldRun,
  );
}

/** Those that bring the network of its pods. Without one, the network is taken to be part of the machine. */
export function networkSetsOn(sim: Sim, settled: Node): readonly DaemonSet[] {
  return setsOn(sim, settled).filter(
    (set) => networkSets.includes(set.name) || hostPaths(set).some((path) => networkConfigPath.test(path)),
  );
}

/** Those by which its pods reach Services. */
export function serviceSetsOn(sim: Sim, settled: Node): readonly DaemonSet[] {
  return setsOn(sim, settled).filter(({ name }) => serviceSets.includes(name));
}

/** Those that register a CSI driver; where none shows its name, all that register any. */
export function driverSetsOn(sim: Sim, settled: Node, driver: string): readonly DaemonSet[] {
  const sets = setsOn(sim, settled);
  const own = sets.filter((set) => hostPaths(set).some((path) => path.includes(`${csiPluginPath}${driver}`)));
  if (own.length > 0) return own;
  return sets.filter((set) => hostPaths(set).some((path) => path.includes("/plugins_registry")));
}

/** Those that register an extended resource: of several device plugins, the ones of its vendor. */
export function deviceSetsOn(sim: Sim, settled: Node, resource: string): readonly DaemonSet[] {
  const plugins = setsOn(sim, settled).filter((set) =>
    hostPaths(set).some((path) => path.includes(devicePluginPath)),
  );
  const vendor = resource.split(/[./]/)[0] ?? "";
  const own = plugins.filter(
    ({ name, template }) =>
      name.includes(vendor) || template.spec.containers.some(({ image }) => image.includes(vendor)),
  );
  return own.length > 0 ? own : plugins;
}

/** Whether each of these sets has a Ready pod on the node. */
export function areReadyOn(sim: Sim, sets: readonly DaemonSet[], node: string): boolean {
  return sets.every(({ uid }) =>
    sim.state.podsOwnedBy(uid).some((pod) => pod.nodeName === node && isReady(pod) && !pod.deletion),
  );
}

function hostPaths({ template }: DaemonSet): string[] {
  return template.spec.volumes.flatMap((volume) => (volume.type === "hostPath" ? [volume.path] : []));
}
