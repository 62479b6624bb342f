import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import { matchesNodeTerms } from "../../model/affinity.ts";
import { allNodes } from "../../trace/all-nodes.ts";
import type { Suggestion } from "../../verdict/verdict.ts";
import type { PendingPod } from "../analysis.ts";
import { uncordonCommand } from "../kubectl-commands.ts";
import { roomSentence } from "../node-loads.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { boundVolumes } from "../possible-nodes.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { firstReason } from "../scheduler-message.ts";
import { turnsSuggestion } from "../serial-suggestion.ts";
import { type Unmade, unmadePods } from "../unmade-pods.ts";

/**
 * Pods that a controller made while the plan ran, mostly in place of others, and that no node takes at the end; and those
 * that an ordered StatefulSet does not even make, because it waits for another.
 */
export const podsLeftPending = defineOutcomeRule({
  id: "pods-left-pending",
  severity: "error",
  title: "Pods have no node at the end",
  check: (outcome) => {
    const { plan, analysis } = outcome;
    const isAsserted =
      plan.assertions.length === 0 || plan.assertions.some(({ kind }) => kind === "noPendingPods");
    const pending = new Set(analysis.pending.map(({ workload }) => workload));
    // Where virtual time cut the plan off, what is missing may be on its way.
    const unmade =
      analysis.outcome === "horizon"
        ? []
        : unmadePods(outcome).filter(({ workload }) => !pending.has(workload));
    return [
      ...groups(analysis.pending).map((pods) => finding(outcome, pods)),
      ...unmade.map((each) => neverMade(outcome, each)),
    ].map((draft) => ({
      ...draft,
      ...(isAsserted ? {} : { severity: "warning" as const }),
    }));
  },
});

/** From this many workloads on that lack a node for one and the same reason they are one finding. */
const manyWorkloads = 4;

/** Pending pods by workload and reason; many workloads with one reason together. */
function groups(pending: readonly PendingPod[]): PendingPod[][] {
  const byReason = groupBy(pending, ({ message }) => message);
  return [...byReason.values()].flatMap((pods) => {
    const byWorkload = groupBy(pods, nameOf);
    return byWorkload.size >= manyWorkloads ? [pods] : [...byWorkload.values()];
  });
}

/** The workload, or the pod itself where it has none. */
function nameOf(pod: PendingPod): string {
  return pod.workload === "" ? keyOf(pod) : pod.workload;
}

function finding(outcome: Outcome, pods: readonly PendingPod[]): FindingDraft {
  const [first] = pods as [PendingPod, ...PendingPod[]];
  const view = outcome.analysis.world.pods.get(first.pod);
  const room = view && roomSentence(outcome, view);
  const homes = homesOf(outcome, first);
  const left = nodesLeft(outcome, pods);
  const workloads = [...new Set(pods.map(nameOf))];
  const others = workloads.length - 1;
  // The subject is one workload: its own pods first, then those of all.
  const own = pods.filter((pod) => nameOf(pod) === nameOf(first)).length;
  const behind = unmadePods(outcome).filter(({ workload }) => workloads.includes(workload));
  const unmade = behind.flatMap(({ names }) => names);
  const ownUnmade = behind.find(({ workload }) => workload === nameOf(first))?.names.length ?? 0;
  const also =
    others === 0
      ? ""
      : `; likewise ${counted(others, "more workload")}, ${counted(pods.length, "pod")} in all${notMade(unmade.length)}`;
  return {
    subject: nameOf(first),
    events: pods.map(({ event }) => event),
    weight: 800 + pods.length,
    message: `${counted(own, "pod")} ${verb(own, "has", "have")} no node at the end${notMade(ownUnmade)}: ${firstReason(first.message)}${also}`,
    details: [
      ...(first.message === "" ? [] : [first.message]),
      ...(others > 0 ? [`${listed(perWorkload(pods), 8)}.`] : []),
      ...behind.map(
        ({ waitsFor, names }) =>
          `${listed(names)} ${verb(names.length, "is", "are")} not made again: its StatefulSet makes pods in order, and waits for ${waitsFor.name}.`,
      ),
      ...(room ? [others > 0 ? `${first.name}: ${room}` : room] : []),
      ...homes.map((home) => homeSentence(outcome, home)),
      ...(left.length > 0 && homes.length === 0 ? [placesLeft(outcome, left, pods.length)] : []),
    ],
    suggestions: [
      ...turnsSuggestion(outcome, pods),
      ...uncordonLater(outcome, homes.length > 0 ? homes.flatMap(({ nodes }) => nodes) : left),
    ],
    data: {
      workload: first.workload,
      workloads,
      pods: pods.map(({ name }) => name),
      notMade: unmade,
      message: first.message,
    },
  };
}

/** `data/StatefulSet/db (2)`: each workload with how many of its pods have no node. */
function perWorkload(pods: readonly PendingPod[]): string[] {
  return [...groupBy(pods, nameOf)].map(([name, own]) => `${name} (${own.length})`);
}

/** ` and 2 more are not made` */
function notMade(count: number): string {
  return count === 0 ? "" : ` and ${count} more ${verb(count, "is", "are")} not made`;
}

/** A StatefulSet that waits for a pod which has a node and is not Ready: what it lacks is not even Pending. */
function neverMade({ analysis }: Outcome, { workload, waitsFor, names }: Unmade): FindingDraft {
  const { name, node, isInitial, terminating } = waitsFor;
  const where = node === "" ? "" : ` on ${node}`;
  const how =
    terminating !== undefined
      ? "does not finish terminating"
      : isInitial
        ? "is not Ready, and was not at the start"
        : "does not become Ready";
  return {
    subject: workload,
    at: analysis.lastChangeMillis,
    weight: 800 + names.length,
    message: `${counted(names.length, "pod")} ${verb(names.length, "is", "are")} not made again: ${listed(names)} ${verb(names.length, "waits", "wait")} for ${name}${where}, which ${how}`,
    details: [
      "An ordered StatefulSet makes no pod while one of a lower ordinal is not Ready (podManagementPolicy OrderedReady).",
    ],
    suggestions: [
      {
        commands: [`kubectl -n ${shellWord(waitsFor.namespace)} describe pod ${shellWord(name)}`],
        edit: { kind: "none" },
        cost: `Make ${name} Ready first, or wait with the drain until it is: then ${listed(names)} ${verb(names.length, "is", "are")} made again.`,
        harm: 0,
      },
    ],
    data: { workload, workloads: [workload], pods: [], notMade: names, waitsFor: name },
  };
}

interface Home {
  readonly volume: string;
  readonly nodes: readonly string[];
}

/** Volumes of the pod that only nodes reach which are cordoned or gone: a pod of that name stood there before. */
function homesOf({ cluster, analysis, trace }: Outcome, { namespace, name }: PendingPod): Home[] {
  const before = cluster.objects.Pod.find((pod) => pod.namespace === namespace && pod.name === name);
  if (!before) return [];
  return boundVolumes(cluster, before).flatMap(({ name: volume, nodeTerms }) => {
    if (!nodeTerms) return [];
    const nodes = allNodes(trace).filter((node) => matchesNodeTerms(nodeTerms, node.labels, node.name));
    const isAway = nodes.every((node) => analysis.world.nodes.get(node.name)?.isCordoned !== false);
    return nodes.length > 0 && isAway ? [{ volume, nodes: nodes.map((node) => node.name) }] : [];
  });
}

/** What a pod waits for whose volume is within reach of these nodes alone, as far as they are still there. */
function homeSentence({ analysis }: Outcome, { volume, nodes }: Home): string {
  const there = nodes.filter((node) => analysis.world.nodes.has(node));
  if (there.length === 0)
    return `Its volume ${volume} was within reach of ${listed(nodes)} alone, and ${verb(nodes.length, "that node is", "they are")} deleted: it waits for a new node that reaches it.`;
  return `Its volume ${volume} is within reach of ${listed(there)} alone: it waits until ${verb(there.length, "that node takes", "one of them takes")} pods.`;
}

/** The cordoned nodes from which these pods, or those that they replace, had to go. */
function nodesLeft({ analysis }: Outcome, pods: readonly PendingPod[]): string[] {
  const ids = new Set(pods.map(({ pod }) => pod));
  const moves = analysis.moves.filter(({ replacement }) => replacement && ids.has(replacement.pod));
  const from = [...new Set(moves.map((move) => move.from))];
  return from.filter((node) => analysis.world.nodes.get(node)?.isCordoned === true);
}

function placesLeft({ analysis }: Outcome, nodes: readonly string[], pods: number): string {
  const stay = verb(pods, "Its place on", "Their places on");
  const free = verb(pods, "stays free", "stay free");
  const down = nodes.filter((node) => analysis.world.nodes.get(node)?.isUp === false);
  if (down.length > 0)
    return `${stay} ${listed(nodes)} ${free}, but ${listed(down)} ${verb(down.length, "is", "are")} down: only once ${verb(down.length, "it is", "they are")} back can a pod start there.`;
  return `${stay} ${listed(nodes)} ${free}: uncordoned, ${verb(nodes.length, "it takes", "they take")} ${verb(pods, "it", "them")} again.`;
}

/** The way back, where a pod stood on a node that was drained and is there still. */
function uncordonLater({ analysis }: Outcome, nodes: readonly string[]): Suggestion[] {
  const cordoned = [...new Set(nodes)].filter((name) => {
    const node = analysis.world.nodes.get(name);
    return node?.isCordoned && node.isUp;
  });
  if (cordoned.length === 0) return [];
  return [
    {
      commands: [uncordonCommand(cordoned)],
      edit: { kind: "none" },
      cost: "After the maintenance: until then what is Pending is away.",
      harm: 1,
    },
  ];
}
