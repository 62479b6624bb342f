import type { HostPort } from "../../model/pod.ts";
import { type FilterPlugin, skip, status } from "./plugin.ts";

const name = "NodePorts";
const noFreePorts = status(
  name,
  "Unschedulable",
  "node(s) didn't have free ports for the requested pod ports",
);

const anyAddress = "0.0.0.0";

/** Whether a port is taken: by the same protocol and port on the same address, or on all addresses. */
export function portConflicts(used: ReadonlyMap<string, ReadonlySet<string>>, wanted: HostPort): boolean {
  const key = `${wanted.protocol}/${wanted.port}`;
  if (wanted.ip !== anyAddress)
    return used.get(anyAddress)?.has(key) === true || used.get(wanted.ip)?.has(key) === true;
  for (const ports of used.values()) if (ports.has(key)) return true;
  return false;
}

/** Rejects nodes on which a host port of the pod is in use. Source: nodeports/node_ports.go. */
export const nodePorts = {
  name,
  filterScope: "pods",
  preFilter({ pod }) {
    return pod.spec.hostPorts.length === 0 ? skip : { kind: "state", state: pod.spec.hostPorts };
  },
  filter(_cycle, wanted, node) {
    if (node.usedPorts.size === 0) return undefined;
    return wanted.some((port) => portConflicts(node.usedPorts, port)) ? noFreePorts : undefined;
  },
} satisfies FilterPlugin<readonly HostPort[]>;
