import { humanDuration } from "../../lib/duration.ts";
import type { PodAffinityTerm } from "../../model/affinity.ts";
import { formatRef, labelValue, refOf } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import { matchesSelector } from "../../model/selector.ts";
import { resolveIntOrPercent, type Scalable } from "../../model/workload.ts";
import { awayTogether, awayWith, pendingUntil, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { nodesOf } from "../pod-groups.ts";
import { openNodes, selectedNodes } from "../possible-nodes.ts";
import { noteInPlan } from "../note-in-plan.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";
import { namespaceLabels } from "../../model/webhook.ts";

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
    const leaving = new Set(replacedPods(preflight));
    const workloads: readonly Scalable[] = [...cluster.objects.Deployment, ...cluster.objects.StatefulSet];
    const tight = workloads.flatMap((workload): Tight[] => {
      const pods = index.podsOfWorkload(formatRef(refOf(workload))).filter((pod) => leaving.has(pod));
      if (pods.length === 0) return [];
      // Where all drained nodes are away together, it is the same for each of them.
      const nodes = awayTogether(preflight) ? nodesOf(pods).slice(0, 1) : nodesOf(pods);
      const found = ownTerms(preflight, workload).flatMap((term) =>
        tightnessOf(preflight, workload, term, nodes),
      );
      const worst = found.reduce<Tight | undefined>(
        (most, each) => (most && most.pending >= each.pending ? most : each),
        undefined,
      );
      return worst ? [worst] : [];
    });
    return tight.length <= mostSingleFindings
      ? tight.map((each) => ({ ...single(each), ...noteInPlan(preflight) }))
      : [{ ...together(tight), ...noteInPlan(preflight) }];
  },
});

/** With more workloads than this, one finding speaks of all of them. */
const mostSingleFindings = 2;

/** A workload whose replicas find too few places once a node is away. */
interface Tight {
  readonly workload: Scalable;
  readonly topologyKey: string;
  readonly before: number;
  readonly left: number;
  /** Pods that have no place then and have one now. */
  readonly pending: number;
  readonly until: string;
}

/** Terms that keep the pods of a workload apart from each other. */
function ownTerms({ cluster }: Preflight, { template, namespace }: Scalable): readonly PodAffinityTerm[] {
  const isHere = ({ namespaces, namespaceSelector }: PodAffinityTerm) =>
    namespaces.includes(namespace) ||
    (namespaceSelector === undefined
      ? namespaces.length === 0
      : matchesSelector(namespaceSelector, namespaceLabels(cluster, namespace)));
  return template.spec.affinity.requiredAntiPods.filter(
    (term) =>
      // mismatchLabelKeys leaves out the pods that have the same values: its own.
      term.mismatchLabelKeys.length === 0 &&
      term.labelSelector !== undefined &&
      matchesSelector(term.labelSelector, template.labels) &&
      isHere(term),
  );
}

/** What the workload lacks while each of these nodes is away, where it lacks anything. */
function tightnessOf(
  preflight: Preflight,
  workload: Scalable,
  { topologyKey }: PodAffinityTerm,
  nodes: readonly string[],
): readonly Tight[] {
  const { spec } = workload.template;
  const { cluster } = preflight;
  const open = openNodes(cluster, spec);
  const places = domains(open, topologyKey).size;
  return nodes.flatMap((node) => {
    const away = awayWith(preflight, node);
    // A node takes one place with it at most.
    if (workload.replicas <= places - away.size) return [];
    const left = domains(
      open.filter(({ name }) => !away.has(name)),
      topologyKey,
    ).size;
    // A drained node may be cordoned already: it counts as a place before, and not after.
    const drained = selectedNodes(cluster, spec).filter(({ name }) => away.has(name));
    const before = domains([...open, ...drained], topologyKey).size;
    const pending = Math.min(workload.replicas, before) - left;
    const until = pendingUntil(preflight, [node]);
    return pending > 0 ? [{ workload, topologyKey, before, left, pending, until }] : [];
  });
}

function domains(nodes: readonly Node[], key: string): ReadonlySet<string> {
  return new Set(nodes.map(({ labels }) => labelValue(labels, key)).filter((value) => value !== undefined));
}

function single({ workload, topologyKey, before, left, pending, until }: Tight): FindingDraft {
  const place = placeName(topologyKey);
  return {
    subject: formatRef(refOf(workload)),
    weight: 160,
    message: `${counted(workload.replicas, "replica")}, one a ${place}, and ${counted(before, place)} can take them: ${before} - ${before - left} drained = ${left}, so ${counted(pending, "pod")} ${verb(pending, "is", "are")} Pending ${until}`,
    details: [
      `podAntiAffinity on ${topologyKey} is required; as a preference it would let two share a ${place} for a while.`,
      ...surgeLines(workload, before),
    ],
    data: { workloads: [formatRef(refOf(workload))], topologyKey, before, left, pending },
  };
}

function together(tight: readonly Tight[]): FindingDraft {
  const pending = tight.reduce((sum, each) => sum + each.pending, 0);
  return {
    subject: counted(tight.length, "workload"),
    weight: 160,
    message: `as many replicas as places, kept apart by a required podAntiAffinity: ${counted(pending, "pod")} of them ${verb(pending, "is", "are")} Pending ${listed([...new Set(tight.map(({ until }) => until))])}`,
    details: tight
      .slice(0, linesShown)
      .map(
        ({ workload, topologyKey, before, left }) =>
          `${formatRef(refOf(workload))}: ${counted(workload.replicas, "replica")}, ${before} - ${before - left} = ${counted(left, placeName(topologyKey))}.`,
      )
      .concat(
        tight.length > linesShown
          ? [
              `Also ${listed(tight.slice(linesShown).map(({ workload }) => `${workload.namespace}/${workload.name}`))}.`,
            ]
          : [],
      )
      .concat("As a preference it would let two share a place for a while."),
    data: { workloads: tight.map(({ workload }) => formatRef(refOf(workload))), pending },
  };
}

/** Lines for single workloads; the rest share one. */
const linesShown = 6;

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
