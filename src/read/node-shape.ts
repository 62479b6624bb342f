import { topologyLabel } from "../model/affinity.ts";
import type { Node } from "../model/node.ts";
import type { Resources } from "../model/pod.ts";
import { parseResource } from "../model/quantity.ts";
import { didYouMean } from "../lib/nearest.ts";

/** Nodes to rehearse manifests on, said on a command line: `6,cpu=8,memory=32Gi,zones=a:b:c`. */

export interface NodeShape {
  readonly count: number;
  readonly zones: readonly string[];
  readonly allocatable: Resources;
  readonly version: string;
  /** What the nodes are called, before their number. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const keys = ["cpu", "memory", "pods", "zones", "version", "name", "label"] as const;

/** Reads a node shape; a text for a person where it is not one. */
export function parseNodeShape(text: string): NodeShape | string {
  const [first = "", ...rest] = text.split(",");
  if (!/^[1-9]\d{0,4}$/.test(first))
    return `expected a number of nodes first, as in 6,cpu=8,memory=32Gi,zones=a:b:c, got ${JSON.stringify(first)}`;
  const given = new Map<string, string>();
  const labels: Record<string, string> = {};
  for (const part of rest) {
    const [key = "", ...value] = part.split("=");
    if (!(keys as readonly string[]).includes(key))
      return `unknown ${JSON.stringify(key)}${didYouMean(key, keys)}`;
    if (value.join("=") === "") return `${key} has no value: write ${key}=…`;
    if (key !== "label") given.set(key, value.join("="));
    else labels[value[0]!] = value.slice(1).join("=");
  }
  const allocatable: Record<string, number> = {};
  for (const [resource, fallback] of [
    ["cpu", "4"],
    ["memory", "16Gi"],
    ["pods", "110"],
  ] as const) {
    const amount = parseResource(resource, given.get(resource) ?? fallback);
    if (amount === undefined || amount <= 0)
      return `${resource}=${given.get(resource)} is no quantity above 0`;
    allocatable[resource] = amount;
  }
  return {
    count: Number(first),
    zones: (given.get("zones") ?? "").split(":").filter((zone) => zone !== ""),
    allocatable,
    version: given.get("version") ?? "",
    name: given.get("name") ?? "node",
    labels,
  };
}

/** `node-1` and so on, one zone after the other in turn. */
export function nodesOfShape(shape: NodeShape, asOf: number): readonly Node[] {
  const { count, zones, allocatable, version } = shape;
  return Array.from({ length: count }, (_, index): Node => {
    const name = `${shape.name}-${index + 1}`;
    const zone = zones[index % Math.max(1, zones.length)];
    return {
      kind: "Node",
      apiVersion: "v1",
      name,
      namespace: "",
      uid: name,
      labels: {
        [topologyLabel.hostname]: name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...(zone === undefined ? {} : { [topologyLabel.zone]: zone }),
        ...shape.labels,
      },
      annotations: {},
      owners: [],
      finalizers: [],
      createdAt: asOf,
      unschedulable: false,
      taints: [],
      providerID: "",
      allocatable,
      capacity: allocatable,
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "", since: asOf }],
      images: [],
      info: {
        kubeletVersion: version,
        kubeProxyVersion: version,
        containerRuntimeVersion: "",
        kernelVersion: "",
        osImage: "",
        operatingSystem: "linux",
        architecture: "amd64",
        machineID: "",
        systemUUID: "",
        bootID: "",
      },
      internalIP: "",
      podCIDR: "",
    };
  });
}
