import { topologyLabel, zoneOf } from "../../model/affinity.ts";
import type { Pod } from "../../model/pod.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
import { boundVolumes } from "../possible-nodes.ts";
import { definePreflightRule, type Preflight } from "../rule.ts";
import { tieOf } from "../volume-ties.ts";

const zoneKeys: ReadonlySet<string> = new Set([topologyLabel.zone, topologyLabel.betaZone]);

/**
 * Nodes without a zone where others have one: hard spreading over zones and volumes of a zone pass them by, and soft
 * spreading does not count them. So it is after a Node object was deleted and registered again by its kubelet alone.
 * Source: pkg/scheduler/framework/plugins/podtopologyspread (nodes without the key); kubernetes.io, Well-Known Labels.
 */
export const zoneLabelMissing = definePreflightRule({
  id: "zone-label-missing",
  severity: "warning",
  title: "A node has no zone, and others have",
  check: (preflight) => {
    const { cluster, scope } = preflight;
    const nodes = cluster.objects.Node;
    const without = nodes.filter(({ labels }) => zoneOf(labels) === "");
    if (scope === "plan" || without.length === 0 || without.length === nodes.length) return [];
    const names = without.map(({ name }) => name);
    const bound = byWorkload(
      preflight.index,
      cluster.objects.Pod.filter((pod) => goesByZone(preflight, pod)),
    ).map(({ subject }) => subject);
    return [
      {
        subject: names.length === 1 ? names[0]! : counted(names.length, "node"),
        // Without anything that goes by zones it is only untidy.
        ...(bound.length === 0 ? { severity: "info" as const } : {}),
        weight: 170 + Math.min(20, bound.length),
        message: `${names.length === 1 ? "has" : `${listed(names)} have`} no ${topologyLabel.zone}, and ${counted(nodes.length - names.length, "other")} ${verb(nodes.length - names.length, "has", "have")}: what goes by zones passes ${verb(names.length, "it", "them")} by`,
        details: [
          bound.length === 0
            ? "Nothing here spreads over zones by force, and no volume belongs to one."
            : `${counted(bound.length, "workload")} ${verb(bound.length, "does", "do")}: ${listed(bound)}.`,
        ],
        suggestions: [
          {
            commands: names.map((name) => `kubectl get node ${name} --show-labels`),
            edit: { kind: "none" },
            cost: "Look which zone it stands in, and label it; a cloud controller does that by itself where it runs.",
            harm: 0,
          },
        ],
        data: { nodes: names, workloads: bound },
      },
    ];
  },
});

/** Whether the pod can go only to a node that has a zone. */
function goesByZone({ cluster }: Preflight, pod: Pod): boolean {
  const { topologySpreadConstraints, affinity, nodeSelector } = pod.spec;
  return (
    topologySpreadConstraints.some(
      ({ topologyKey, whenUnsatisfiable }) =>
        zoneKeys.has(topologyKey) && whenUnsatisfiable === "DoNotSchedule",
    ) ||
    affinity.requiredPods.some(({ topologyKey }) => zoneKeys.has(topologyKey)) ||
    Object.keys(nodeSelector).some((key) => zoneKeys.has(key)) ||
    boundVolumes(cluster, pod).some((volume) => tieOf(volume) === "zone")
  );
}
