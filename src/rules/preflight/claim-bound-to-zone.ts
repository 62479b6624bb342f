import { zoneOf } from "../../model/affinity.ts";
import { by, groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { landingNodes, pendingUntil, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload, nodesOf } from "../pod-groups.ts";
import { boundVolumes, canMakeRoom } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { tieOf } from "../volume-ties.ts";

/**
 * A pod whose disk is in one zone: it can only move to another node of that zone, and where there is none that takes
 * it, it is Pending until the node is back. Those that can move are counted in one finding.
 * Source: pkg/scheduler/framework/plugins/volumebinding and volumezone.
 */
export const claimBoundToZone = definePreflightRule({
  id: "claim-bound-to-zone",
  severity: "warning",
  title: "A pod's volume is in one zone: only nodes of that zone can take it",
  check: (preflight) => {
    if (preflight.cluster.objects.Node.length < 2) return [];
    const zonal = replacedPods(preflight).filter((pod) =>
      boundVolumes(preflight.cluster, pod).some((volume) => tieOf(volume) === "zone"),
    );
    const stuck = zonal.filter((pod) => landingOf(preflight, pod).roomy.length === 0);
    const movable = zonal.filter((pod) => !stuck.includes(pod));
    return [
      ...byWorkload(preflight.index, stuck).map(({ subject, pods }) => stuckThere(preflight, subject, pods)),
      ...(movable.length === 0 ? [] : [tied(preflight, movable)]),
    ];
  },
});

interface Landing {
  /** Other nodes that could take it by what its spec and its volumes say. */
  readonly possible: readonly Node[];
  /** Those of them that could hold it, at the cost of pods of lower priority if need be. */
  readonly roomy: readonly Node[];
}

function landingOf(preflight: Preflight, pod: Pod): Landing {
  const possible = landingNodes(preflight, pod);
  return { possible, roomy: possible.filter((node) => canMakeRoom(preflight.index, node, pod)) };
}

function stuckThere(preflight: Preflight, subject: string, pods: readonly Pod[]): FindingDraft {
  const zones = [...new Set(pods.map((pod) => zoneName(preflight, pod)))];
  const places = [
    ...new Set(pods.flatMap((pod) => landingOf(preflight, pod).possible.map(({ name }) => name))),
  ];
  const disk = `${verb(pods.length, "its volume is", "their volumes are")} in zone ${listed(zones)}`;
  const why =
    places.length === 0
      ? `no node there but ${listed(nodesOf(pods))} can take ${verb(pods.length, "it", "them")}`
      : `${listed(places)} ${verb(places.length, "has", "have")} no room for ${verb(pods.length, "it", "them")} by requests`;
  return {
    subject,
    ...noteInPlan(preflight),
    weight: 180 + pods.length,
    message: `${disk}, and ${why}: ${counted(pods.length, "pod")} Pending from the eviction ${pendingUntil(preflight, nodesOf(pods))}`,
    details: [`${listed(pods.map(keyOf))}.`],
    data: {
      workload: subject,
      workloads: [subject],
      pods: pods.map(keyOf),
      zones,
      otherNodes: places,
      isStuck: true,
    },
  };
}

/** What can move, but not out of its zone. */
function tied(preflight: Preflight, pods: readonly Pod[]): FindingDraft {
  const zones = [...groupBy(pods, (pod) => zoneName(preflight, pod))].sort(by(([zone]) => zone));
  return {
    subject: zones.length === 1 ? `zone ${zones[0]![0]}` : counted(zones.length, "zone"),
    severity: "info",
    weight: 15,
    message: `${counted(pods.length, "pod")} can move, but only to a node of the zone that ${verb(pods.length, "its volume is", "their volumes are")} in`,
    details: zones.map(([zone, members]) => {
      const places = [
        ...new Set(members.flatMap((pod) => landingOf(preflight, pod).roomy.map(({ name }) => name))),
      ];
      return `${zone}: ${listed(members.map(keyOf))}; to ${listed(places)}.`;
    }),
    data: { pods: pods.map(keyOf), zones: zones.map(([zone]) => zone), isStuck: false },
  };
}

/** The zone by the node's label, else as the node is called. */
function zoneName({ index }: Preflight, pod: Pod): string {
  const node = index.node(pod.nodeName);
  const zone = node ? zoneOf(node.labels) : "";
  return zone === "" ? `of ${pod.nodeName}` : zone;
}
