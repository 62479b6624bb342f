import { ownLabel } from "../../facts/node-agents.ts";
import { matchesNodeTerm, type NodeSelectorTerm, topologyLabel } from "../../model/affinity.ts";
import type { Node } from "../../model/node.ts";
import type { PodSpec } from "../../model/pod.ts";
import { formatTaint } from "../../model/taint.ts";
import { isLasting } from "../../plan/joined-node.ts";
import { joinedNodes } from "../../trace/all-nodes.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * New nodes whose labels or taints differ from those of the nodes they replace: pods that are placed by them go elsewhere,
 * or nowhere. A note where nothing in the cluster goes by what differs. One finding a label or taint that is lost, and one a
 * label that has another value.
 */
export const newNodeDiffers = defineOutcomeRule({
  id: "new-node-differs",
  severity: "warning",
  title: "New nodes differ from the nodes they replace",
  check: (outcome) => differences(outcome).flatMap((each) => finding(outcome, each)),
});

/** A label or taint of one old node that the new one lacks, or a label that has another value there. */
interface Difference {
  readonly kind: "label" | "taint";
  /** The label's key, or the taint. */
  readonly what: string;
  readonly before: string;
  /** Undefined: it is lost. */
  readonly now: string | undefined;
  readonly added: string;
  readonly replaced: string;
  readonly event: number;
}

/** Those that say the same of the same label or taint, together. */
function differences({ trace, index }: Outcome): readonly (readonly Difference[])[] {
  const joined = new Map(joinedNodes(trace).map((node) => [node.name, node]));
  const all = trace.events.flatMap((event, number) => {
    if (event.kind !== "node.joining") return [];
    const [added, replaced] = [joined.get(event.node), index.node(event.replaces)];
    if (!added || !replaced) return [];
    const pair = { added: added.name, replaced: replaced.name, event: number };
    return between(replaced, settled(added, trace.events)).map((each) => ({ ...each, ...pair }));
  });
  return [...Map.groupBy(all, ({ what, now }) => `${what} ${now === undefined}`).values()];
}

/** A node with what the plan has put on it, or taken from it, after it had registered. */
function settled(node: Node, events: Outcome["trace"]["events"]): Pick<Node, "labels" | "taints"> {
  const labels = new Map(Object.entries(node.labels));
  let { taints } = node;
  for (const event of events) {
    if (!("node" in event) || event.node !== node.name) continue;
    if (event.kind === "node.labelled" && event.value === null) labels.delete(event.key);
    else if (event.kind === "node.labelled") labels.set(event.key, event.value ?? "");
    else if (event.kind === "node.tainted") taints = [...taints, event.taint];
    else if (event.kind === "node.untainted")
      taints = taints.filter(({ key, effect }) => key !== event.taint.key || effect !== event.taint.effect);
  }
  return { labels: Object.fromEntries(labels), taints };
}

/** What the new node lacks or has otherwise. What it has besides is the plan's own wish. */
function between(replaced: Node, added: Pick<Node, "labels" | "taints">) {
  const labels = Object.entries(replaced.labels)
    .map(([what, before]) => ({ kind: "label" as const, what, before, now: added.labels[what] }))
    .filter(({ what, before, now }) => what !== ownLabel && now !== before);
  const kept = new Set(added.taints.map(formatTaint));
  const taints = replaced.taints
    .filter((taint) => isLasting(taint) && !kept.has(formatTaint(taint)))
    .map((taint) => ({ kind: "taint" as const, what: formatTaint(taint), before: "", now: undefined }));
  return [...labels, ...taints];
}

function finding({ index, cluster }: Outcome, group: readonly Difference[]): readonly FindingDraft[] {
  const { kind, what, now } = group[0]!;
  const { Pod: pods, PersistentVolume: volumes } = cluster.objects;
  const placed = pods.filter(({ spec }) => group.some((each) => goesBy(spec, each)));
  const workloads = [...new Set(placed.map(index.workloadOf))];
  const tied = volumes
    .filter(({ nodeTerms = [] }) => nodeTerms.some((term) => group.some((each) => loses(term, each))))
    .map(({ name }) => name);
  const matters = kind === "taint" || workloads.length + tied.length > 0;
  // A machine's own values differ from machine to machine; pods without constraints of their own are spread over zones.
  if (!matters && now !== undefined && what !== topologyLabel.zone) return [];
  return [
    {
      ...(matters ? {} : { severity: "info" as const }),
      subject: what,
      events: [group[0]!.event],
      weight: 380,
      message: message(group),
      details: [
        ...(workloads.length > 0
          ? [`${listed(workloads)} ${verb(workloads.length, "is", "are")} placed by it.`]
          : []),
        ...(tied.length > 0
          ? [
              `${counted(tied.length, "volume")} ${verb(tied.length, "asks", "ask")} for what is gone: ${listed(tied)}.`,
            ]
          : []),
        ...(kind === "taint" ? ["Pods that it kept off may come there."] : []),
        `In place of ${listed(group.map(({ replaced }) => replaced))}: ${listed(group.map(({ added }) => added))}.`,
      ],
      suggestions: [],
      data: {
        what,
        workloads,
        volumes: tied,
        nodes: group.map(({ added, replaced }) => ({ added, replaced })),
      },
    },
  ];
}

/** `2 new nodes lack the label pool=general`, `1 new node has topology.kubernetes.io/zone=c in place of b`. */
function message(group: readonly Difference[]): string {
  const { kind, what, now } = group[0]!;
  const before = [...new Set(group.map((each) => each.before))];
  const nodes = counted(group.length, "new node");
  if (now !== undefined) {
    const values = [...new Set(group.map((each) => each.now ?? ""))];
    return `${nodes} ${verb(group.length, "has", "have")} ${what}=${listed(values)} in place of ${listed(before)}`;
  }
  const lost = kind === "taint" ? what : before.length > 1 ? what : `${what}=${before[0]!}`;
  return `${nodes} ${verb(group.length, "lacks", "lack")} the ${kind} ${lost}`;
}

/** Whether a term selects by the label as it was, and not as it is. */
function loses({ matchExpressions }: NodeSelectorTerm, { kind, what, before, now }: Difference): boolean {
  if (kind === "taint") return false;
  const after = now === undefined ? {} : { [what]: now };
  return matchExpressions.some((expression) => {
    const term = { matchExpressions: [expression], matchFields: [] };
    return (
      expression.key === what &&
      matchesNodeTerm(term, { [what]: before }, "") &&
      !matchesNodeTerm(term, after, "")
    );
  });
}

/** Whether the place of a pod hangs on the label as it was. */
function goesBy({ nodeSelector, affinity, topologySpreadConstraints }: PodSpec, lost: Difference): boolean {
  const { kind, what, before } = lost;
  if (kind === "taint") return false;
  const terms = [...(affinity.requiredNodes ?? []), ...affinity.preferredNodes.map(({ term }) => term)];
  const pods = [
    ...affinity.requiredPods,
    ...affinity.requiredAntiPods,
    ...affinity.preferredPods.map(({ term }) => term),
    ...affinity.preferredAntiPods.map(({ term }) => term),
  ];
  return (
    (Object.hasOwn(nodeSelector, what) && nodeSelector[what] === before) ||
    terms.some((term) => loses(term, lost)) ||
    topologySpreadConstraints.some(({ topologyKey }) => topologyKey === what) ||
    pods.some(({ topologyKey }) => topologyKey === what)
  );
}
