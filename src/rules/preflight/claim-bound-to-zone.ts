import { zoneOf } from "../../model/affinity.ts";
import { keyOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { awayWith, departingPods } from "../drained-pods.ts";
import { counted, listed, verb } from "../phrases.ts";
import { byWorkload, nodesOf } from "../pod-groups.ts";
import { boundVolumes, hasRoom, possibleNodes } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { tieOf } from "../volume-ties.ts";

/**
 * A pod whose disk is in one zone: it can only move to another node of that zone, and where there is none that takes
 * it, it is Pending until the node is back. Source: pkg/scheduler volumebinding and volumezone.
 */
export const claimBoundToZone = definePreflightRule({
  id: "claim-bound-to-zone",
  severity: "warning",
  title: "A pod's volume is in one zone: only nodes of that zone can take it",
  check: (preflight) => {
    if (preflight.cluster.objects.Node.length < 2) return [];
    const zonal = departingPods(preflight).filter((pod) =>
      boundVolumes(preflight.cluster, pod).some((volume) => tieOf(volume) === "zone"),
    );
    return byWorkload(preflight.index, zonal).flatMap(({ subject, pods }) =>
      finding(preflight, subject, pods),
    );
  },
});

interface Landing {
  readonly pod: Pod;
  /** Nodes that could take it by what its spec and its volumes say. */
  readonly possible: readonly Node[];
  /** Those of them that have room for it now. */
  readonly roomy: readonly Node[];
}

function landingOf(preflight: Preflight, pod: Pod): Landing {
  const away = awayWith(preflight, pod.nodeName);
  const possible = possibleNodes(preflight.cluster, pod).filter(({ name }) => !away.includes(name));
  return { pod, possible, roomy: possible.filter((node) => hasRoom(preflight.index, node, pod)) };
}

/** In a whole cluster only what would be stuck is of interest; in a plan also how many nodes are left. */
function finding(preflight: Preflight, subject: string, pods: readonly Pod[]): readonly FindingDraft[] {
  const landings = pods.map((pod) => landingOf(preflight, pod));
  const stuck = landings.filter(({ roomy }) => roomy.length === 0);
  if (stuck.length === 0 && preflight.scope === "cluster") return [];
  const shown = stuck.length > 0 ? stuck : landings;
  const zones = [...new Set(shown.map(({ pod }) => zoneName(preflight, pod)))];
  const places = [...new Set(shown.flatMap(({ possible }) => possible.map(({ name }) => name)))];
  const nodes = nodesOf(shown.map(({ pod }) => pod));
  return [
    {
      subject,
      ...(stuck.length > 0 ? {} : { severity: "info" as const }),
      weight: (stuck.length > 0 ? 180 : 15) + shown.length,
      message: messageFor(shown, zones, places, nodes),
      details: [`${listed(shown.map(({ pod }) => keyOf(pod)))}.`],
      data: {
        workload: subject,
        pods: shown.map(({ pod }) => keyOf(pod)),
        zones,
        otherNodes: places,
        isStuck: stuck.length > 0,
        hasRoom: stuck.length === 0,
      },
    },
  ];
}

function messageFor(
  shown: readonly Landing[],
  zones: readonly string[],
  places: readonly string[],
  nodes: readonly string[],
): string {
  const count = shown.length;
  const disk = `${verb(count, "its volume is", "their volumes are")} in zone ${listed(zones)}`;
  const waits = `${counted(count, "pod")} Pending from the eviction until the uncordon`;
  if (places.length === 0)
    return `${disk}, and no other node there takes it beside ${listed(nodes)}: ${waits}`;
  if (shown.some(({ roomy }) => roomy.length === 0))
    return `${disk}, and ${listed(places)} ${verb(places.length, "has", "have")} no room for it now: ${waits}`;
  return `${disk}: only ${listed(places)} can take ${verb(count, "it", "them")}`;
}

/** The zone by the node's label, else as the node is called. */
function zoneName({ index }: Preflight, pod: Pod): string {
  const node = index.node(pod.nodeName);
  const zone = node ? zoneOf(node.labels) : "";
  return zone === "" ? `of ${pod.nodeName}` : zone;
}
