import { cloudTaint, departingTaints, ownLabel, startupTaintSets } from "../facts/node-agents.ts";
import { topologyLabel, zoneOf } from "../model/affinity.ts";
import type { Labels } from "../model/meta.ts";
import type { Node } from "../model/node.ts";
import type { Resources } from "../model/pod.ts";
import type { Taint } from "../model/taint.ts";
import type { NodeTemplate } from "./node-template.ts";

/** What a new node is made from. */
export interface JoiningNode {
  readonly name: string;
  readonly pattern: Node;
  readonly template: NodeTemplate;
  /** Where it stands; undefined: where the pattern does. */
  readonly zone?: string;
}

/**
 * A new node as it will be once it has settled in: shaped like its pattern, as far as its template does not say
 * otherwise. What the pattern has for the moment only (a cordon, taints of its state, images) is not taken over.
 */
export function joinedNode({ name, pattern, template, zone }: JoiningNode): Node {
  const { kubeletVersion: before, kubeProxyVersion } = pattern.info;
  const version = template.version ?? before;
  const capacity = { ...pattern.capacity, ...template.capacity };
  return {
    kind: "Node",
    apiVersion: pattern.apiVersion,
    namespace: "",
    name,
    uid: `node ${name}`,
    labels: labelsOf({ name, pattern, template, ...(zone === undefined ? {} : { zone }) }),
    annotations: pattern.annotations,
    owners: [],
    finalizers: [],
    unschedulable: false,
    taints: template.taints ?? pattern.taints.filter(isLasting).map(withoutTime),
    providerID: "",
    capacity,
    allocatable: allocatableOf(pattern, capacity),
    conditions: pattern.conditions.map(({ type }) => ({
      type,
      status: type === "Ready" ? "True" : "False",
      reason: "",
      message: "",
    })),
    images: [],
    info: {
      ...pattern.info,
      kubeletVersion: version,
      kubeProxyVersion: kubeProxyVersion === before ? version : kubeProxyVersion,
      machineID: "",
      systemUUID: "",
      bootID: "",
    },
    internalIP: "",
    podCIDR: "",
  };
}

/** The pattern's labels, in the new zone and with the new name, then those of the template. */
function labelsOf({ name, pattern, template, zone }: JoiningNode): Labels {
  const labels = new Map(Object.entries(pattern.labels));
  if (labels.has(ownLabel)) labels.set(ownLabel, name);
  const before = zoneOf(pattern.labels);
  if (zone !== undefined && zone !== before) {
    if (before === "" || labels.has(topologyLabel.zone)) labels.set(topologyLabel.zone, zone);
    // Drivers of volumes have labels of their own for the same zone.
    for (const [key, value] of labels)
      if (before !== "" && value === before && isZoneKey(key)) labels.set(key, zone);
  }
  for (const [key, value] of Object.entries(template.labels))
    if (value === null) labels.delete(key);
    else labels.set(key, value);
  return Object.fromEntries(labels);
}

/** `failure-domain.beta.kubernetes.io/zone`, `topology.ebs.csi.aws.com/zone`. */
function isZoneKey(key: string): boolean {
  return key.endsWith("/zone");
}

/** Whether a taint belongs to the node for good, and not to what state it is in. */
export function isLasting({ key }: Taint): boolean {
  return (
    !key.startsWith("node.kubernetes.io/") &&
    key !== cloudTaint.key &&
    !Object.hasOwn(startupTaintSets, key) &&
    !departingTaints.includes(key)
  );
}

function withoutTime({ key, value, effect }: Taint): Taint {
  return { key, value, effect };
}

/** What is kept back of a machine, for the system and for evictions, stays the same amount. */
function allocatableOf(pattern: Node, capacity: Resources): Resources {
  const names = [...new Set([...Object.keys(pattern.allocatable), ...Object.keys(capacity)])];
  return Object.fromEntries(
    names.map((name) => {
      const whole = capacity[name];
      const before = pattern.capacity[name];
      const left = pattern.allocatable[name];
      if (whole === undefined) return [name, left ?? 0];
      return [name, Math.max(0, whole - ((before ?? 0) - (left ?? before ?? 0)))];
    }),
  );
}
