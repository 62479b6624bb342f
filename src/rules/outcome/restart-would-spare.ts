import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import type { Step } from "../../plan/plan.ts";
import { selectNodes } from "../../plan/selection.ts";
import { stepBehind } from "../../trace/why.ts";
import { findingKey, type Suggestion } from "../../verdict/verdict.ts";
import { awayTogether } from "../drained-pods.ts";
import { cordonCommand, restartCommands } from "../kubectl-commands.ts";
import { counted, listed } from "../../lib/counted.ts";
import { defineOutcomeRule, type Outcome } from "../rule.ts";
import { type ServiceOutage, serviceOutages } from "../service-outages.ts";
import type { StepReport } from "../step-reports.ts";
import { canSurge } from "../surge.ts";

/** How long a restart may take before the plan gives up on it. */
const restartTimeoutMillis = 900_000;

/**
 * Of the Services that a drain takes down, those that need not go: an eviction ends a pod before the next one starts,
 * a rolling restart after cordoning starts the next one first.
 * Source: kubernetes.io/docs/concepts/workloads/controllers/deployment (maxSurge).
 */
export const restartWouldSpare = defineOutcomeRule({
  id: "restart-would-spare",
  severity: "info",
  title: "A rolling restart before the drain would spare an outage",
  check: (outcome) => {
    const judged = outagesByDrain(outcome).map((each) => ({
      ...each,
      answer: answerFor(outcome, each.outage),
    }));
    const spared = judged.flatMap(({ answer, ...each }) => (answer.can ? [{ ...each, ...answer }] : []));
    if (spared.length === 0) return [];
    const left = judged.flatMap(({ outage, answer }) =>
      answer.can ? [] : [{ name: outage.lead.service, because: answer.because }],
    );
    const names = spared.map(({ outage }) => outage.lead.service);
    const nodes = [...new Set(spared.flatMap(({ drain }) => nodesOf(outcome, drain)))];
    return [
      {
        subject: nodes.length === 1 ? nodes[0]! : counted(nodes.length, "node"),
        weight: 90 + spared.length,
        message: `${judged.length === 1 ? "the outage" : `${spared.length} of ${judged.length} outages`} may be spared: a rolling restart after the cordon starts the new pod before the old one goes: ${listed(names)}`,
        details: [
          ...[...groupBy(spared, ({ arithmetic }) => arithmetic)].map(
            ([arithmetic, own]) => `${arithmetic}: ${listed(own.map(({ outage }) => outage.lead.service))}.`,
          ),
          ...[...groupBy(left, ({ because }) => because)].map(
            ([because, own]) => `Not so, ${because}: ${listed(own.map(({ name }) => name))}.`,
          ),
        ],
        suggestions: suggestionsFor(outcome, spared),
        data: {
          services: names,
          workloads: [...new Set(spared.flatMap(({ workloads }) => workloads))],
          nodes,
        },
      },
    ];
  },
});

interface DrainOutage {
  readonly outage: ServiceOutage;
  readonly drain: StepReport;
}

interface Spared extends DrainOutage {
  readonly workloads: readonly string[];
  readonly arithmetic: string;
}

/** Outages that a drain set off, and one drain alone. */
function outagesByDrain(outcome: Outcome): DrainOutage[] {
  const { analysis, trace } = outcome;
  const outages = serviceOutages(outcome).filter(({ memberOf }) => memberOf === undefined);
  return outages.flatMap((outage) => {
    const paths = new Set(
      outage.lead.outages.map(({ began }) => {
        const step = stepBehind(trace, began)?.event;
        return step?.kind === "step.started" ? step.step : "";
      }),
    );
    const drain = analysis.steps.find(({ path, what }) => paths.has(path) && what.startsWith("drain"));
    const isEvicted = outage.reason.lost.every(({ leftBy }) => leftBy === "eviction" || leftBy === "delete");
    return drain && paths.size === 1 && isEvicted && outage.reason.lost.length > 0 ? [{ outage, drain }] : [];
  });
}

type Answer =
  | { readonly can: true; readonly workloads: readonly string[]; readonly arithmetic: string }
  | { readonly can: false; readonly because: string };

/** Every workload that stands behind the Service has to be able to. */
function answerFor(outcome: Outcome, { reason }: ServiceOutage): Answer {
  const workloads = new Map<string, string>();
  for (const { id, workload } of reason.lost) {
    const pod = outcome.index.pod(id);
    const answer = pod && canSurge(outcome, pod);
    if (!answer?.can) return { can: false, because: answer?.because ?? "its pod was moved before" };
    workloads.set(workload, answer.arithmetic);
  }
  return { can: true, workloads: [...workloads.keys()], arithmetic: [...workloads.values()].join("; ") };
}

function nodesOf({ cluster }: Outcome, { step, node }: StepReport): readonly string[] {
  return step?.kind === "drain" && step.nodes.kind !== "current" ? selectNodes(cluster, step.nodes) : [node];
}

/**
 * The nodes to close before a restart: all that are away with those of this drain, so that no new pod lands on one that
 * goes next and is evicted again.
 */
function nodesToCordon(outcome: Outcome, drain: StepReport): readonly string[] {
  const own = nodesOf(outcome, drain);
  if (drain.rollout) return own;
  const away = awayTogether(outcome);
  return away ? outcome.drained.filter((node) => away.has(node)) : own;
}

/** One for each drain: its nodes are cordoned first, so that the new pods go elsewhere. */
function suggestionsFor(outcome: Outcome, spared: readonly Spared[]): Suggestion[] {
  return [...groupBy(spared, ({ drain }) => drain)].map(([drain, own]) => {
    const nodes = nodesOf(outcome, drain);
    const workloads = [...new Set(own.flatMap((each) => each.workloads))];
    const restarts = workloads.map((workload): Step => ({
      kind: "restartWorkload",
      name: "",
      workload,
      timeout: restartTimeoutMillis,
    }));
    const steps: readonly Step[] =
      restarts.length === 1 ? restarts : [{ kind: "parallel", name: "", steps: restarts }];
    const isInRollout = drain.rollout !== undefined;
    return {
      commands: [cordonCommand(nodesToCordon(outcome, drain)), ...restartCommands(workloads)],
      edit: isInRollout ? { kind: "none" } : { kind: "beforeDrain", node: nodes[0]!, steps },
      cost: costOf(outcome, own, workloads),
      harm: 1,
      resolves: own.map(({ outage }) => {
        const { service, outageMillis } = outage.lead;
        const isBroken = outage.assertion !== undefined && outageMillis > outage.assertion.downtime;
        return findingKey({
          rule: isBroken ? "assertion-broken" : "service-outage",
          subject: service,
          data: {},
        });
      }),
    };
  });
}

/** How long two generations run side by side: until the new pod is Ready, and while the old one stops. */
function costOf(outcome: Outcome, spared: readonly Spared[], workloads: readonly string[]): string {
  const overlaps = spared.map(({ outage }) => {
    const grace = Math.max(
      0,
      ...outage.reason.lost.map(({ id }) => outcome.index.pod(id)?.spec.terminationGracePeriodSeconds ?? 0),
    );
    return outage.longest.to - outage.longest.from + grace * 1_000;
  });
  const longest = humanDuration(Math.max(...overlaps));
  const names = listed(workloads.map((workload) => workload.split("/")[2] ?? workload));
  return `Every pod of ${names} is replaced, wherever it stands; old and new run side by side for up to ${longest}: do they tolerate that?`;
}
