import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import type { NodeDrainReport, RemainingPod, Suggestion } from "../../verdict/verdict.ts";
import {
  arithmeticOf,
  blockedBudgetOf,
  budgetSuggestions,
  bypassBudgets,
  chainBelow,
  operatorBehind,
  operatorData,
  operatorLines,
  podNames,
  restsOnUnreadyPod,
  type BlockedBudget,
} from "../blocked-budget.ts";
import { drainAgain } from "../drain-options.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { shellWord } from "../../lib/shell-word.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { neverReplaced, type SilentPod, threeWays, waysPastSilentNode } from "../silent-node.ts";

/**
 * A drain that waits for something that will not happen, with the chain of what waits for what: a budget that allows
 * nothing, or a pod that may go and never does because its node is silent or a finalizer holds it.
 */
export const drainNeverEnds = defineOutcomeRule({
  id: "drain-never-ends",
  severity: "error",
  title: "A drain waits for ever",
  check: (outcome) =>
    outcome.analysis.drains
      .filter((drain) => drain.outcome === "hanging")
      .flatMap((drain) => groups(outcome, drain).map((pods) => finding(outcome, drain, pods))),
});

/** Remaining pods by what holds them. */
function groups(outcome: Outcome, drain: NodeDrainReport): RemainingPod[][] {
  // The drain does not wait for a pod whose eviction it has given up: that one has failed.
  const awaited = drain.remaining.filter(({ isGivenUp }) => isGivenUp !== true);
  const byHolder = groupBy(awaited, (pod) =>
    pod.budget ? `budget ${pod.budget.key}` : whyItStays(outcome, pod).kind,
  );
  return [...byHolder.values()];
}

function finding(outcome: Outcome, drain: NodeDrainReport, pods: readonly RemainingPod[]): FindingDraft {
  const { node } = drain;
  const names = podNames(pods);
  const base = {
    subject: node,
    at: outcome.analysis.lastChangeMillis,
    events: pods.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
    weight: 1_000 + pods.length,
  };
  const waits = `${node} waits for ${listed(names)} to leave,`;
  const blocked = blockedBudgetOf(outcome, pods);
  if (blocked) {
    const { key, budget, numbers } = blocked;
    const owner = budget && ownershipOf(budget, outcome.cluster);
    const chain = [
      waits,
      `which waits for budget ${key} to allow one eviction,`,
      ...chainBelow(outcome, blocked),
    ];
    return {
      ...base,
      message: arithmeticOf(blocked),
      details: [...indented(chain), proof(outcome, blocked), ...operatorLines(outcome, blocked)],
      suggestions: [...budgetSuggestions(outcome, blocked), bypassBudgets(outcome, drain)],
      ...(owner ? { owner } : {}),
      data: { node, pods: names, budget: key, ...numbers, ...operatorData(outcome, blocked) },
    };
  }
  const reason = whyItStays(outcome, pods[0]!);
  return {
    ...base,
    message: `${counted(pods.length, "pod")} ${verb(pods.length, "never goes", "never go")} away: ${reason.message}`,
    details: [
      ...indented([waits, ...reason.chain]),
      proof(outcome, undefined),
      ...(reason.details?.(pods) ?? []),
    ],
    suggestions: reason.suggestions(drain, pods),
    data: { node, pods: names, because: reason.kind },
  };
}

/** What waits for what, one step a line, each deeper than the one before. */
function indented(lines: readonly string[]): string[] {
  return lines.map((line, depth) => "  ".repeat(depth) + line);
}

function proof(outcome: Outcome, blocked: BlockedBudget | undefined): string {
  const { outcome: how, lastChangeMillis, endMillis } = outcome.analysis;
  if (how !== "blocked")
    return `Not proved: it was still so when virtual time ended, after ${humanDuration(endMillis)}.`;
  const proved = `after ${humanDuration(lastChangeMillis)} no event is left that could change this.`;
  const operator = blocked && operatorBehind(outcome, blocked);
  if (operator !== undefined)
    return `Assumed: the operator of ${operator} leaves budget and pods as they are; what it does at a drain is not modelled. Then, ${proved}`;
  if (blocked && restsOnUnreadyPod(outcome, blocked))
    return `Assumed: what is not Ready in the snapshot stays so. Then, ${proved}`;
  return `Proved: ${proved}`;
}

interface Holder {
  readonly kind: string;
  readonly message: string;
  readonly chain: readonly string[];
  readonly details?: (pods: readonly RemainingPod[]) => readonly string[];
  readonly suggestions: (drain: NodeDrainReport, pods: readonly RemainingPod[]) => Suggestion[];
}

/** Why a pod that may go stays: a finalizer holds it, its node does not answer, or its eviction is refused otherwise. */
function whyItStays(outcome: Outcome, { pod, namespace, name, refusal }: RemainingPod): Holder {
  const { world } = outcome.analysis;
  const finalizers = outcome.index.pod(pod)?.finalizers ?? [];
  const node = world.nodes.get(world.pods.get(pod)?.node ?? "");
  if (node && (node.ready !== "True" || !node.isUp))
    return {
      kind: "silent node",
      message: `${node.name} is ${node.isUp ? `NotReady (Ready ${node.ready})` : "down"}`,
      chain: [
        `which only the kubelet of ${node.name} can confirm,`,
        `and it is silent: the node is ${node.isUp ? `NotReady, its Ready condition ${node.ready}` : "down"}. kubectl waits for each pod's object to go.`,
      ],
      details: (pods) => [...neverReplaced(silentPods(pods)), threeWays(node.name)],
      suggestions: (drain, pods) =>
        waysPastSilentNode({
          node: drain.node,
          version: outcome.cluster.version,
          pods: silentPods(pods),
          drainWith: (changes) => drainAgain(outcome, drain, changes),
          isAlone: outcome.analysis.drains.every(
            ({ step, node: other }) => step !== drain.step || other === drain.node,
          ),
        }),
    };
  if (finalizers.length > 0)
    return {
      kind: `finalizer ${finalizers.join(" ")}`,
      message: `${verb(finalizers.length, "finalizer", "finalizers")} ${listed(finalizers)}`,
      chain: [
        `which ${verb(finalizers.length, "finalizer", "finalizers")} ${listed(finalizers)} holds: nothing here takes it off.`,
      ],
      suggestions: () => [withoutFinalizers(namespace, name)],
    };
  const event = refusal === undefined ? undefined : outcome.trace.events[refusal];
  if (event?.kind === "eviction.refused" && world.pods.get(pod)?.terminating === undefined)
    return {
      kind: event.message,
      message: `the eviction is refused with ${event.code} each time`,
      chain: [`which the API server refuses: ${event.message}`],
      suggestions: () => [],
    };
  const why = "nothing here says when it ends";
  return { kind: "unknown", message: why, chain: [`and ${why}.`], suggestions: () => [] };
}

function silentPods(pods: readonly RemainingPod[]): SilentPod[] {
  return pods.map(({ namespace, name, workload }) => ({
    namespace,
    name,
    isOfSet: workload.split("/")[1] === "StatefulSet",
  }));
}

function withoutFinalizers(namespace: string, name: string): Suggestion {
  const patch = shellWord(JSON.stringify({ metadata: { finalizers: null } }));
  return {
    commands: [`kubectl -n ${shellWord(namespace)} patch pod ${shellWord(name)} --type=merge -p ${patch}`],
    edit: { kind: "none" },
    cost: "Who set the finalizer is not told: what it was to clean up stays behind. Its controller should take it off.",
    harm: 5,
  };
}
