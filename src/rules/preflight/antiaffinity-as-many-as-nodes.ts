import type { PodAffinityTerm } from "../../model/affinity.ts";
import { formatRef, labelValue, refOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import { matchesSelector } from "../../model/selector.ts";
import { resolveIntOrPercent, type Scalable } from "../../model/workload.ts";
import { humanDuration } from "../../lib/duration.ts";
import { awayWith, departures } from "../drained-pods.ts";
import { counted, verb } from "../phrases.ts";
import { isOpenTo, isSelected } from "../possible-nodes.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Required anti-affinity against its own kind, and as many replicas as there are nodes (or zones): an evicted pod has
 * nowhere to go until the node is uncordoned, and a budget then holds the next drain up.
 * Source: pkg/scheduler interpodaffinity; kubernetes/kubernetes#56539.
 */
export const antiaffinityAsManyAsNodes = definePreflightRule({
  id: "antiaffinity-as-many-as-nodes",
  severity: "warning",
  title: "Required anti-affinity with as many replicas as places",
  check: (preflight) => {
    const { cluster, index } = preflight;
    if (cluster.objects.Node.length < 2) return [];
    const nodeOf = new Map<string, string>();
    for (const { pod, node } of departures(preflight)) {
      const workload = index.workloadOf(pod);
      if (!nodeOf.has(workload)) nodeOf.set(workload, node);
    }
    const workloads: readonly Scalable[] = [...cluster.objects.Deployment, ...cluster.objects.StatefulSet];
    return workloads.flatMap((workload) => {
      const node = nodeOf.get(formatRef(refOf(workload)));
      return node === undefined
        ? []
        : ownTerms(workload).flatMap((term) => check(preflight, workload, term, node));
    });
  },
});

/** Terms that keep the pods of a workload apart from each other. */
function ownTerms({ template, namespace }: Scalable): readonly PodAffinityTerm[] {
  return template.spec.affinity.requiredAntiPods.filter(
    ({ labelSelector, namespaces }) =>
      labelSelector !== undefined &&
      matchesSelector(labelSelector, template.labels) &&
      (namespaces.length === 0 || namespaces.includes(namespace)),
  );
}

function check(
  preflight: Preflight,
  workload: Scalable,
  { topologyKey }: PodAffinityTerm,
  node: string,
): readonly FindingDraft[] {
  const { spec } = workload.template;
  const open = preflight.cluster.objects.Node.filter(
    (each) => isSelected(spec, each) && isOpenTo(spec, each),
  );
  const away = awayWith(preflight, node);
  const before = domains(open, topologyKey);
  const left = domains(
    open.filter(({ name }) => !away.includes(name)),
    topologyKey,
  );
  // Nothing changes where the domain has other nodes left, or where replicas are to spare.
  if (workload.replicas <= left.size || left.size === before.size) return [];
  const place = placeName(topologyKey);
  const pending = workload.replicas - left.size;
  return [
    {
      subject: formatRef(refOf(workload)),
      weight: 160,
      message: `${counted(workload.replicas, "replica")}, one a ${place}, and ${counted(before.size, place)} ${verb(before.size, "takes", "take")} them: ${before.size} - ${before.size - left.size} drained = ${left.size}, so ${counted(pending, "pod")} ${verb(pending, "is", "are")} Pending until the uncordon`,
      details: [
        `podAntiAffinity on ${topologyKey} is required; as a preference it would let two share a ${place} for a while.`,
        ...surgeLines(workload, before.size),
      ],
      data: {
        workload: formatRef(refOf(workload)),
        replicas: workload.replicas,
        topologyKey,
        placesBefore: before.size,
        placesLeft: left.size,
        pending,
      },
    },
  ];
}

function domains(nodes: readonly Node[], key: string): ReadonlySet<string> {
  return new Set(nodes.map(({ labels }) => labelValue(labels, key)).filter((value) => value !== undefined));
}

function placeName(topologyKey: string): string {
  if (topologyKey === "kubernetes.io/hostname") return "node";
  return topologyKey.endsWith("/zone") ? "zone" : `${topologyKey} value`;
}

/** A rolling update needs a free place too, unless it may first take one pod away. */
function surgeLines(workload: Scalable, places: number): string[] {
  if (workload.kind !== "Deployment" || workload.strategy.type !== "RollingUpdate") return [];
  if (workload.replicas < places) return [];
  const { maxSurge, maxUnavailable } = workload.strategy;
  const up = resolveIntOrPercent(maxSurge, workload.replicas, "up");
  const down = resolveIntOrPercent(maxUnavailable, workload.replicas, "down");
  if (down > 0 || up === 0) return [];
  const deadline = humanDuration(workload.progressDeadlineSeconds * 1_000);
  return [
    `A rolling update stalls too: maxSurge ${maxSurge} of ${workload.replicas} = ${up} more, maxUnavailable ${maxUnavailable} = 0 fewer; it fails after ${deadline}.`,
  ];
}
