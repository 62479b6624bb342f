import { disruptionFacts } from "../facts/disruption.ts";
import { formatBudgetLimit, type PodDisruptionBudget } from "../model/budget.ts";
import { controllerOf, keyOf } from "../model/meta.ts";
import { parseVersion } from "../model/version.ts";
import type { Scalable } from "../model/workload.ts";
import type { BudgetNumbers } from "../trace/event.ts";
import type { PodView } from "../trace/world.ts";
import type { NodeDrainReport, RemainingPod, Suggestion } from "../verdict/verdict.ts";
import type { PendingPod } from "./analysis.ts";
import { autoscalerOf, scaleUnderAutoscaler } from "./autoscaler-suggestions.ts";
import { roundingOf } from "./budget-numbers.ts";
import { evictUnready, loosen, neededOf, podsThatAllowOne, scaleUp } from "./budget-suggestions.ts";
import { drainsChanged } from "./drain-options.ts";
import { roomSentence } from "./node-loads.ts";
import { conditionLines, knownOperator } from "./operator-budgets.ts";
import { ownershipOf, ownershipSentence } from "./ownership.ts";
import { replacedBy } from "./replaced-by.ts";
import type { Outcome } from "./rule.ts";
import { firstReason } from "./scheduler-message.ts";
import { turnsSuggestion } from "./serial-suggestion.ts";

/** A budget that refused evictions to the end: its arithmetic, who could change it, and what would help. */
export interface BlockedBudget {
  readonly key: string;
  readonly numbers: BudgetNumbers;
  /** As the input has it; undefined where the trace knows only its name. */
  readonly budget: PodDisruptionBudget | undefined;
  /** The pods that it held. */
  readonly pods: readonly RemainingPod[];
}

/** `2 healthy - 2 needed (minAvailable 2) = 0 allowed` */
export function arithmeticOf({ numbers, budget }: BlockedBudget): string {
  const { healthy, desired, allowed, expected } = numbers;
  const limit = budget ? ` (${limitOf(budget, expected)})` : "";
  if (expected === 0)
    return `${healthy} healthy, and no controller with replicas to count them by${limit}: 0 allowed`;
  if (healthy < desired) return `${healthy} healthy, ${desired} needed${limit}: ${allowed} allowed`;
  return `${healthy} healthy - ${desired} needed${limit} = ${allowed} allowed`;
}

/** `minAvailable 80%: 80 % of 6 = 4.8, rounded up 5`, `3 wanted - maxUnavailable 1`: where what is needed comes from. */
function limitOf(budget: PodDisruptionBudget, expected: number): string {
  const rounding = roundingOf(budget, expected);
  const limit = `${formatBudgetLimit(budget)}${rounding === "" ? "" : `: ${rounding}`}`;
  return budget.maxUnavailable === undefined ? limit : `${expected} wanted - ${limit}`;
}

/** What the budget waits for, one clause a line, down to what would have to happen; deeper lines come later. */
export function chainBelow(outcome: Outcome, blocked: BlockedBudget): readonly string[] {
  const { healthy, desired, expected } = blocked.numbers;
  const { budget } = blocked;
  if (expected === 0) return ["which it never does: it has no replicas to count them by."];
  // What has to stay grows with the replicas, unless it is a plain number: one pod more may not be enough.
  const grows = budget && typeof budget.minAvailable !== "number";
  if (grows && healthy >= expected && desired >= expected) {
    const limit = formatBudgetLimit(budget);
    const enough = podsThatAllowOne(expected, budget);
    if (enough === undefined) return [`which it never does: ${limit} allows none of any number of pods.`];
    const needed = neededOf(budget, enough);
    return [
      `which it does from ${enough} healthy pods on (${enough} - ${needed} = ${enough - needed}),`,
      ...whoWouldBeHealthy(outcome, blocked),
    ];
  }
  const wanted = areUnready(outcome, blocked) ? desired : desired + 1;
  const what =
    healthy + 1 === wanted ? `a ${ordinal(wanted)} healthy pod` : `${wanted} healthy pods and has ${healthy}`;
  return [`which waits for ${what},`, ...whoWouldBeHealthy(outcome, blocked)];
}

/** The pods of the budget that are not healthy and why; where all are, the controller that makes no more. */
function whoWouldBeHealthy(outcome: Outcome, blocked: BlockedBudget): string[] {
  const siblings = siblingsOf(outcome, blocked);
  const pending = siblings.find((pod) => pod.node === "" && pod.terminating === undefined);
  if (pending) {
    const room = roomSentence(outcome, pending);
    const reason = `${firstReason(pending.unschedulable)}.`;
    return [`which waits for ${pending.name} to be scheduled:`, ...(room ? [`${reason} ${room}`] : [reason])];
  }
  const { workload, namespace } = blocked.pods[0]!;
  const denied = outcome.trace.events.findLast(
    (event) =>
      (event.kind === "create.denied" || event.kind === "pod.created") && event.workload === workload,
  );
  if (denied?.kind === "create.denied")
    return ["which the API server refuses to create:", `${denied.message}.`];
  const unready = siblings.find(isNotReady);
  if (unready?.isInitial)
    return [
      `which waits for ${unready.name} on ${unready.node}: not Ready at the start, and nothing here makes it Ready.`,
    ];
  if (unready) return [`which waits for ${unready.name} on ${unready.node} to become Ready: it never does.`];
  const staying = siblings.find((pod) => pod.terminating !== undefined && !isHeld(blocked, pod));
  if (staying)
    return [`which waits for ${staying.name} on ${staying.node} to finish terminating: it never does.`];
  const owner = outcome.index.scalable(workload);
  if (owner)
    return [`which ${owner.kind} ${namespace}/${owner.name}, replicas ${owner.replicas}, will never create.`];
  return workload === ""
    ? ["which nothing will create: the pod has no controller."]
    : [`which ${workload} does not create.`];
}

/**
 * Whoever may change a budget, or its pods, in a way that is not rehearsed: an operator that owns either. Longhorn and
 * Rook hold a node's pods by a budget of their own, and take it away once their data is elsewhere.
 */
export function operatorBehind({ index }: Outcome, { budget }: BlockedBudget): string | undefined {
  if (!budget) return undefined;
  const owner = controllerOf(budget) ?? budget.owners[0];
  if (owner && isCustom(owner.apiVersion)) return `${owner.kind} ${owner.name}`;
  const known = knownOperator(budget, index.podsOfBudget(budget));
  if (known) return `budget ${keyOf(budget)} (${known.operator})`;
  const pods = index.podsOfBudget(budget).map((pod) => replacedBy(index, pod));
  const operator = pods.find(({ kind }) => kind === "operator");
  return operator?.kind === "operator" ? operator.owner : undefined;
}

/** What is known of the operator that changes this budget while it watches a drain; nothing where none is known. */
export function operatorLines({ index }: Outcome, { budget }: BlockedBudget): string[] {
  const operator = budget && knownOperator(budget, index.podsOfBudget(budget));
  return operator ? conditionLines(operator, budget) : [];
}

/** Whether a block holds only until such an operator acts, for programs. */
export function operatorData({ index }: Outcome, { budget }: BlockedBudget): Record<string, string> {
  const operator = budget && knownOperator(budget, index.podsOfBudget(budget));
  return operator ? { conditionalOn: operator.operator } : {};
}

/** The group of a custom resource has a dot in its name; of Kubernetes' own, only those of k8s.io have one. */
function isCustom(apiVersion: string): boolean {
  const [group = ""] = apiVersion.split("/");
  return group.includes(".") && !group.endsWith(".k8s.io");
}

/** Whether the chain ends at a pod whose state is taken over from the snapshot: then the wait is assumed, not proved. */
export function restsOnUnreadyPod(outcome: Outcome, blocked: BlockedBudget): boolean {
  return siblingsOf(outcome, blocked).some((pod) => isNotReady(pod) && pod.isInitial);
}

/** The pods that the budget counts, as they are at the end. */
function siblingsOf({ index, analysis }: Outcome, { budget, pods }: BlockedBudget): PodView[] {
  const counted = budget ? index.podsOfBudget(budget) : [];
  const ids = new Set([...counted.map(({ uid }) => uid), ...pods.map(({ pod }) => pod)]);
  const workloads = new Set(counted.map((pod) => index.workloadOf(pod)).filter((each) => each !== ""));
  return [...analysis.world.pods.values()].filter(
    ({ id, workload }) => ids.has(id) || workloads.has(workload),
  );
}

function isNotReady(pod: PodView): boolean {
  return (
    !pod.isReady &&
    pod.terminating === undefined &&
    pod.node !== "" &&
    pod.phase !== "Succeeded" &&
    pod.phase !== "Failed"
  );
}

function isHeld({ pods }: BlockedBudget, { id }: PodView): boolean {
  return pods.some(({ pod }) => pod === id);
}

function areUnready({ analysis }: Outcome, { pods }: BlockedBudget): boolean {
  return pods.every(({ pod }) => analysis.world.pods.get(pod)?.isReady === false);
}

/** What would let the pods go, but for deleting them past the budget; least harm first. */
export function budgetSuggestions(outcome: Outcome, blocked: BlockedBudget): Suggestion[] {
  const { budget, numbers, pods } = blocked;
  if (!budget) return [];
  const { index, cluster, analysis } = outcome;
  const { healthy, expected } = numbers;
  const isUnready = pods.some(({ pod }) => analysis.world.pods.get(pod)?.isReady === false);
  const minor = parseVersion(cluster.version)?.minor ?? Infinity;
  const mayEvictUnready = isUnready && disruptionFacts.keepsUnhealthyPodPolicy(minor);
  const owners = new Set(index.podsOfBudget(budget).map((pod) => index.workloadOf(pod)));
  const workload = owners.size === 1 ? index.scalable(pods[0]!.workload) : undefined;
  const up = workload && healthy >= workload.replicas ? scaleUp(workload, budget) : undefined;
  const hpa = up && autoscalerOf(cluster, pods[0]!.workload);
  const more = up && hpa ? scaleUnderAutoscaler(up, hpa) : up;
  const suggestions = [
    ...turnsSuggestion(outcome, pendingOf(outcome, budget)),
    ...(mayEvictUnready ? [evictUnready(budget)] : []),
    ...(more && workload ? [{ ...more, cost: `${more.cost}${alsoOwned(outcome, budget, workload)}` }] : []),
    ...(areUnready(outcome, blocked) && mayEvictUnready
      ? []
      : [loosen(budget, healthy, Math.max(expected, healthy))]),
  ];
  return suggestions.sort((a, b) => a.harm - b.harm);
}

/** Who would undo a change of the workload, where that is another than who owns the budget: the finding names that one. */
function alsoOwned({ cluster }: Outcome, budget: PodDisruptionBudget, workload: Scalable): string {
  const owner = ownershipOf(workload, cluster);
  if (!owner || owner.who === ownershipOf(budget, cluster)?.who) return "";
  return ` ${ownershipSentence(owner, `${workload.kind} ${keyOf(workload)}`)}`;
}

/** Pods of the budget's workloads that the plan left without a node. */
function pendingOf({ index, analysis }: Outcome, budget: PodDisruptionBudget): readonly PendingPod[] {
  const workloads = new Set(index.podsOfBudget(budget).map((pod) => index.workloadOf(pod)));
  return analysis.pending.filter(({ workload }) => workload !== "" && workloads.has(workload));
}

/** Past every budget: the last resort. */
export function bypassBudgets(outcome: Outcome, drain: NodeDrainReport): Suggestion {
  return {
    ...drainsChanged(outcome, drain, { disableEviction: true }),
    cost: "Deletes past every budget of every pod that it drains, not only past this one.",
    harm: 5,
  };
}

/** The budget that holds these pods, if one does. */
export function blockedBudgetOf(
  { index }: Outcome,
  pods: readonly RemainingPod[],
): BlockedBudget | undefined {
  const held = pods.find(({ budget }) => budget !== undefined)?.budget;
  if (!held) return undefined;
  const own = pods.filter(({ budget }) => budget?.key === held.key);
  return { ...held, budget: index.budget(held.key), pods: own };
}

const ordinals = [
  "zeroth",
  "first",
  "second",
  "third",
  "fourth",
  "fifth",
  "sixth",
  "seventh",
  "eighth",
  "ninth",
  "tenth",
];

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return ordinals[n] ?? `${n}${suffix}`;
}

/** `data/queue-1, data/queue-2 and 5 others`: pods in a sentence. */
export function podNames(pods: readonly { readonly namespace: string; readonly name: string }[]): string[] {
  return pods.map(keyOf);
}
