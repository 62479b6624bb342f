import { drainers } from "../../facts/drainers.ts";
import { drainerOf } from "../../plan/drainers.ts";
import { stepAt } from "../../plan/step-at.ts";
import { goDuration, humanDuration } from "../../lib/duration.ts";
import { unreachable } from "../../lib/assert.ts";
import { keyOf } from "../../model/meta.ts";
import type { DrainFailure } from "../../trace/event.ts";
import type { NodeDrainReport, Suggestion } from "../../verdict/verdict.ts";
import {
  arithmeticOf,
  blockedBudgetOf,
  budgetSuggestions,
  bypassBudgets,
  operatorLines,
  type BlockedBudget,
} from "../blocked-budget.ts";
import { drainOptionsOf, drainsChanged } from "../drain-options.ts";
import { type EvictionError, evictionErrors } from "../eviction-errors.ts";
import { ownershipOf } from "../ownership.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A drain that gives up: its time-out is over, its step's time is, or the API server answers with an error that
 * kubectl does not retry. Such a pod has failed at once, also where kubectl still waits for others and so does not say
 * it yet. Source: facts/drain.json, eviction.
 */
export const drainFailed = defineOutcomeRule({
  id: "drain-failed",
  severity: "error",
  title: "A drain gives up and leaves the node cordoned",
  check: (outcome) =>
    outcome.analysis.drains.flatMap((drain) => {
      if (drain.outcome === "failed") return [finding(outcome, drain)];
      const errors = evictionErrors(outcome, drain);
      return errors.length > 0 ? [untold(drain, errors)] : [];
    }),
});

/** Pods that failed while the drain of their node goes on waiting for others. */
function untold({ node }: NodeDrainReport, errors: readonly EvictionError[]): FindingDraft {
  const pods = errors.flatMap((error) => error.pods);
  const lines = errors.map(errorLine);
  return {
    subject: node,
    at: Math.max(...errors.map(({ event }) => event.time)),
    events: errors.map(({ number }) => number),
    message: lines[0]!,
    details: [
      ...furtherLines(lines),
      ...detailsOf(errors),
      `kubectl says so only when the drain of ${node} ends: it waits for other pods until then.`,
    ],
    weight: 900 + pods.length,
    suggestions: eachOnce(errors.flatMap(({ suggestions }) => suggestions)),
    data: { node, pods: pods.map(keyOf), ...budgetsOf(errors) },
  };
}

/** How many failures have a line; the others are counted. */
const linesShown = 6;

function furtherLines(lines: readonly string[]): string[] {
  const rest = lines.length - linesShown;
  return [
    ...lines.slice(1, linesShown).map((line) => `${line}.`),
    ...(rest > 0
      ? [`${counted(rest, "more failure")} of this drain ${verb(rest, "is", "are")} in the JSON report.`]
      : []),
  ];
}

function detailsOf(errors: readonly EvictionError[]): readonly string[] {
  return [...new Set(errors.slice(0, linesShown).flatMap(({ details }) => details))];
}

/** `evicting shop/web-0 fails and is not retried: two budgets select it, shop/a and shop/b: …` */
function errorLine({ pods, why }: EvictionError): string {
  return `evicting ${listed(pods.map(keyOf))} fails and is not retried: ${why}`;
}

/** Least harm first; one edit for several reasons is one suggestion. */
function eachOnce(suggestions: readonly Suggestion[]): Suggestion[] {
  const byEdit = new Map(suggestions.map((each) => [JSON.stringify([each.commands, each.edit]), each]));
  return [...byEdit.values()].sort((a, b) => a.harm - b.harm);
}

function budgetsOf(errors: readonly EvictionError[]): { readonly budgets?: readonly string[] } {
  const budgets = [...new Set(errors.flatMap(({ event }) => event.budgets))];
  return budgets.length > 0 ? { budgets } : {};
}

function finding(outcome: Outcome, drain: NodeDrainReport): FindingDraft {
  const { node, evicted, remaining } = drain;
  const failures = failuresOf(outcome, drain);
  const blocked = blockedBudgetOf(outcome, remaining);
  const owner = blocked?.budget && ownershipOf(blocked.budget, outcome.cluster);
  const errors = evictionErrors(outcome, drain);
  const explained = new Set(errors.flatMap(({ pods }) => pods.map(keyOf)));
  // A pod whose error is told with its cause is not told again in kubectl's words.
  const others = failures.filter((each) => each.kind !== "evict" || !explained.has(keyOf(each.pod)));
  const held = new Set(blocked?.pods.map(keyOf));
  const arithmetic = blocked ? `: ${arithmeticOf(blocked)}` : "";
  // The budget's numbers belong to the pod that it held, and to no other.
  const first = others.find((each) => each.kind === "timeout" && held.has(keyOf(each.pod)));
  const told = [
    ...(first ? [`${describe(outcome, drain, first)}${arithmetic}`] : []),
    ...others.filter((each) => each !== first).map((each) => describe(outcome, drain, each)),
    ...errors.map(errorLine),
  ];
  const lines = told.length > 0 ? told : [`${stepReason(outcome, drain)}${arithmetic}`];
  const isCordoned = outcome.analysis.world.nodes.get(node)?.isCordoned === true;
  return {
    subject: node,
    at: drain.endedAt ?? outcome.analysis.endMillis,
    events: drain.ended === undefined ? [] : [drain.ended],
    message: lines[0]!,
    details: [
      ...furtherLines(lines),
      ...detailsOf(errors),
      `${counted(evicted, "pod")} ${verb(evicted, "is", "are")} gone, ${remaining.length} still there; ` +
        `${node} ${isCordoned ? "stays" : "is not"} cordoned.`,
      ...(blocked ? operatorLines(outcome, blocked) : []),
    ],
    weight: 900 + remaining.length,
    suggestions: eachOnce([
      ...suggestionsFor(outcome, drain, failures, blocked),
      ...errors.flatMap(({ suggestions }) => suggestions),
    ]),
    ...(owner ? { owner } : {}),
    data: {
      node,
      failures,
      ...budgetsOf(errors),
      ...(blocked ? { budget: blocked.key, ...blocked.numbers } : {}),
    },
  };
}

function failuresOf({ trace }: Outcome, { ended }: NodeDrainReport): readonly DrainFailure[] {
  const event = trace.events[ended ?? -1];
  if (event?.kind !== "client.note" || event.note.kind !== "nodeFailed") return [];
  return event.note.problem.kind === "failed" ? event.note.problem.failures : [];
}

/** Without a word of kubectl's: the step, or one around it, ended. */
function stepReason({ analysis }: Outcome, { step }: NodeDrainReport): string {
  const around = analysis.steps.filter(({ path }) => step === path || step.startsWith(`${path}/`));
  const reason = around.findLast((each) => each.reason !== "")?.reason ?? "";
  return reason === "" ? "the drain failed" : `the step ${reason}`;
}

/** Whose time is over: kubectl's flag's, or a drainer's own. */
function limitOf({ plan }: Outcome, { step }: NodeDrainReport, millis: number): string {
  const time = goDuration(millis);
  const drainer = drainerOf(stepAt(plan, step), plan);
  if (drainer === "kubectl") return `--timeout=${time} is over`;
  return `the ${time} of ${drainers[drainer].title} are over`;
}

function describe(outcome: Outcome, drain: NodeDrainReport, failure: DrainFailure): string {
  switch (failure.kind) {
    case "timeout":
      return `${limitOf(outcome, drain, failure.millis)} and ${failure.pod.namespace}/${failure.pod.name} still refused`;
    case "wait": {
      const { namespace, name } = failure.pod;
      const grace = longestGrace(outcome, [failure.pod]);
      const why = grace === 0 ? "" : ` (grace period ${humanDuration(grace)})`;
      const { timeout } = drainOptionsOf(outcome, drain);
      return `${limitOf(outcome, drain, timeout)} and ${namespace}/${name} still terminating${why}`;
    }
    case "waitMany":
      return `${limitOf(outcome, drain, failure.millis)} and pods still terminating`;
    case "evict":
      return `evicting ${failure.pod.namespace}/${failure.pod.name} fails and is not retried: ${failure.message.replace(/\.$/, "")}`;
    case "lost":
      return `nobody answers any more who could tell whether ${failure.pod.namespace}/${failure.pod.name} is gone: ${failure.message}`;
    case "request":
      return `nobody answers: ${failure.message}`;
    case "delete":
      return `${failure.pod.namespace}/${failure.pod.name} cannot be deleted: ${failure.message.replace(/\.$/, "")}`;
    default:
      return unreachable(failure);
  }
}

function suggestionsFor(
  outcome: Outcome,
  drain: NodeDrainReport,
  failures: readonly DrainFailure[],
  blocked: BlockedBudget | undefined,
): Suggestion[] {
  const longer = failures.some(({ kind }) => kind === "timeout" || kind === "wait" || kind === "waitMany")
    ? longerTimeout(outcome, drain, failures)
    : [];
  return [
    ...longer,
    ...(blocked ? [...budgetSuggestions(outcome, blocked), bypassBudgets(outcome, drain)] : []),
  ];
}

/** More time helps where pods only stop slowly, or a budget lets them go one after another. */
function longerTimeout(
  outcome: Outcome,
  drain: NodeDrainReport,
  failures: readonly DrainFailure[],
): Suggestion[] {
  const now = drainOptionsOf(outcome, drain).timeout;
  if (now === 0) return [];
  // A pod that was let go ends within its grace period; how long a budget keeps the others is not known.
  const isRefused = failures.some(({ kind }) => kind === "timeout");
  const grace = longestGrace(outcome, drain.remaining);
  const timeout = isRefused || grace === 0 ? 0 : now + grace;
  return [
    {
      ...drainsChanged(outcome, drain, { timeout }),
      cost:
        timeout === 0
          ? "Without --timeout the drain takes as long as it takes."
          : `${goDuration(now)} and the longest grace period, ${humanDuration(grace)}, bound each node's drain.`,
      harm: 1,
    },
  ];
}

/** The longest grace period of these pods, in milliseconds; 0 where none is known. */
function longestGrace({ cluster }: Outcome, pods: readonly { namespace: string; name: string }[]): number {
  const names = new Set(pods.map(keyOf));
  const graces = cluster.objects.Pod.filter((pod) => names.has(keyOf(pod))).map(
    ({ spec }) => spec.terminationGracePeriodSeconds,
  );
  return Math.max(0, ...graces) * 1_000;
}
