import { kubeletReservation } from "../../facts/kubelet-reservation.ts";
import type { Node } from "../../model/node.ts";
import { formatBytes, formatResource } from "../../model/quantity.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

/**
 * What nodes offer against what they have: more than that, more pods than addresses, or all of it, so that nothing is kept
 * for the system. Source: kubernetes.io, Reserve Compute Resources for System Daemons; facts/timing.json, kubelet.
 */
export const allocatableOdd = definePreflightRule({
  id: "allocatable-odd",
  severity: "warning",
  title: "A node offers more than it can give",
  check: ({ cluster, scope }) => {
    if (scope === "plan" || cluster.isGenerated) return [];
    const nodes = cluster.objects.Node;
    return [...beyondCapacity(nodes), ...fewAddresses(nodes), ...nothingReserved(nodes)];
  },
});

function beyondCapacity(nodes: readonly Node[]): FindingDraft[] {
  return nodes.flatMap((node) => {
    const beyond = Object.keys(node.allocatable).filter(
      (key) => Object.hasOwn(node.capacity, key) && node.allocatable[key]! > node.capacity[key]!,
    );
    if (beyond.length === 0) return [];
    const words = beyond.map(
      (key) =>
        `${formatResource(key, node.allocatable[key]!)} of ${formatResource(key, node.capacity[key]!)} ${key}`,
    );
    return [
      {
        subject: node.name,
        weight: 160,
        message: `offers ${listed(words)}: more than it has`,
        details: ["The scheduler goes by what is offered: pods may be placed that the machine cannot hold."],
        data: { node: node.name, resources: beyond },
      },
    ];
  });
}

/** More pods than its range of addresses has: the last ones stay in ContainerCreating. */
function fewAddresses(nodes: readonly Node[]): FindingDraft[] {
  const short = nodes.filter((node) => {
    const addresses = addressesOf(node.podCIDR);
    return addresses !== undefined && (node.allocatable.pods ?? 0) > addresses;
  });
  if (short.length === 0) return [];
  const [first] = short as [Node, ...Node[]];
  return [
    {
      subject: subjectOf(short),
      weight: 150,
      message: `${verb(short.length, "offers", "offer")} ${first.allocatable.pods} pods, and its range ${first.podCIDR} has ${addressesOf(first.podCIDR)} addresses for them`,
      details: [
        ...(short.length > 1 ? [`${listed(short.map(({ name }) => name))}.`] : []),
        "Pods beyond that get no network, unless the network plug-in takes addresses from elsewhere; those on the host's network need none.",
      ],
      data: { nodes: short.map(({ name }) => name), podCIDR: first.podCIDR },
    },
  ];
}

/** Usable addresses of an IPv4 range: without the network's, the bridge's and the broadcast; undefined for what is none. */
function addressesOf(cidr: string): number | undefined {
  const bits = cidr.includes(":") ? undefined : /\/(\d+)$/.exec(cidr)?.[1];
  return bits === undefined ? undefined : Math.max(0, 2 ** (32 - Number(bits)) - 3);
}

/** Nothing of memory is kept for the system but the threshold at which the kubelet evicts. */
function nothingReserved(nodes: readonly Node[]): FindingDraft[] {
  const { evictionBytes } = kubeletReservation;
  const bare = nodes.filter(({ capacity, allocatable }) => {
    const huge = Object.keys(capacity).filter((key) => key.startsWith("hugepages-"));
    const kept = (capacity.memory ?? 0) - (allocatable.memory ?? 0);
    const pages = huge.reduce((sum, key) => sum + (allocatable[key] ?? 0), 0);
    return (capacity.memory ?? 0) > 0 && kept - pages <= evictionBytes;
  });
  if (bare.length === 0) return [];
  const least = bare.every(({ capacity, allocatable }) => capacity.memory === allocatable.memory);
  return [
    {
      subject: subjectOf(bare),
      severity: "info",
      weight: 30,
      message: `${verb(bare.length, "keeps", "keep")} no memory for kubelet, runtime and system: ${least ? "all of it is offered to pods" : `all but the ${formatBytes(evictionBytes)} at which pods are evicted`}`,
      details: [
        ...(bare.length > 1 ? [`${listed(bare.map(({ name }) => name))}.`] : []),
        "kubeReserved and systemReserved in the kubelet's configuration keep some. A drain fills the nodes that stay, and then it tells.",
      ],
      data: { nodes: bare.map(({ name }) => name) },
    },
  ];
}

function subjectOf(nodes: readonly Node[]): string {
  return nodes.length === 1 ? nodes[0]!.name : counted(nodes.length, "node");
}
