import { humanDuration } from "../../lib/duration.ts";
import { groupBy } from "../../lib/order.ts";
import { keyOf } from "../../model/meta.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import { targetRef } from "../../plan/loads.ts";
import type { Trace } from "../../trace/trace.ts";
import { counted } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * A horizontal or a cluster-proportional autoscaler that changes the size of its workload while the plan runs; a warning where it would have gone
 * beyond its maximum. Source: pkg/controller/podautoscaler/horizontal.go.
 */
export const autoscalerScales = defineOutcomeRule({
  id: "autoscaler-scales",
  severity: "info",
  title: "An autoscaler changes a workload's size meanwhile",
  check: (outcome) => [
    ...outcome.cluster.objects.HorizontalPodAutoscaler.flatMap((hpa) => {
      const steps = stepsOf(outcome.trace, hpa);
      return steps.length === 0 ? [] : [finding(outcome, hpa, steps)];
    }),
    ...proportionalFindings(outcome.trace),
  ],
});

/** What cluster-proportional autoscalers did, by the workload that they scale. */
function proportionalFindings({ events }: Trace): FindingDraft[] {
  const rescales = events.flatMap((event, number) =>
    event.kind === "proportional.rescaled" ? [{ ...event, number }] : [],
  );
  return [...groupBy(rescales, ({ workload }) => workload)].map(([workload, steps]) => {
    const [first] = steps as [(typeof steps)[number], ...typeof steps];
    const sizes = [first.from, ...steps.map(({ replicas }) => replicas)];
    return {
      subject: workload,
      at: first.time,
      events: steps.map(({ number }) => number),
      weight: 35,
      message: `${first.autoscaler} goes from ${sizes.join(" to ")} replicas meanwhile`,
      details: steps.map(
        ({ time, from, replicas, nodes, cores }) =>
          `${humanDuration(time)}: ${from} to ${counted(replicas, "replica")}, as it counts ${counted(nodes, "node")} and ${counted(cores, "core")}.`,
      ),
      data: {
        autoscaler: first.autoscaler,
        before: first.from,
        after: sizes.at(-1),
        steps: steps.map(({ time, from, replicas, nodes, cores }) => ({
          seconds: time / 1_000,
          from,
          to: replicas,
          nodes,
          cores,
        })),
      },
    };
  });
}

interface Rescale {
  readonly time: number;
  readonly event: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

function stepsOf({ header, events }: Trace, hpa: HorizontalPodAutoscaler): readonly Rescale[] {
  const target = targetRef(hpa);
  const { Deployment, StatefulSet, ReplicaSet, ReplicationController } = header.cluster.objects;
  const known = [...Deployment, ...StatefulSet, ...ReplicaSet, ...ReplicationController].find(
    ({ kind, namespace, name }) => `${namespace}/${kind}/${name}` === target,
  );
  let size = known?.replicas ?? 0;
  return events.flatMap((event, number): Rescale[] => {
    if (event.kind === "workload.scaled" && event.workload === target) size = event.replicas;
    if (event.kind !== "autoscaler.rescaled" || event.autoscaler !== keyOf(hpa)) return [];
    return [{ time: event.time, event: number, from: size, to: event.replicas, reason: event.reason }];
  });
}

function finding({ trace }: Outcome, hpa: HorizontalPodAutoscaler, steps: readonly Rescale[]): FindingDraft {
  const [first] = steps as [Rescale, ...Rescale[]];
  const last = steps.at(-1)!;
  const sizes = [first.from, ...steps.map(({ to }) => to)];
  const capped = trace.events.find((event) => isCapped(event, hpa));
  const load = trace.header.assumptions.filter(
    ({ what, subject }) => what === "load" && subject === targetRef(hpa),
  );
  return {
    subject: targetRef(hpa),
    ...(capped ? { severity: "warning" as const } : {}),
    at: first.time,
    events: steps.map(({ event }) => event),
    weight: capped ? 150 : 35,
    message: capped
      ? `HorizontalPodAutoscaler ${keyOf(hpa)} goes from ${sizes.join(" to ")} replicas, and its maximum of ${hpa.maxReplicas} is less than the load asks for`
      : `HorizontalPodAutoscaler ${keyOf(hpa)} goes from ${sizes.join(" to ")} replicas meanwhile`,
    details: [
      ...steps.map(
        ({ time, from, to, reason }) =>
          `${humanDuration(time)}: ${from} to ${counted(to, "replica")}${reason === "" ? "" : `, ${reason}`}.`,
      ),
      ...load.map(
        ({ amount, origin }) =>
          `Load: ${amount}, ${origin === "plan" ? "from the plan" : "as the snapshot shows it, taken to stay so"}.`,
      ),
    ],
    data: {
      autoscaler: keyOf(hpa),
      minReplicas: hpa.minReplicas,
      maxReplicas: hpa.maxReplicas,
      before: first.from,
      after: last.to,
      steps: steps.map(({ time, from, to, reason }) => ({ seconds: time / 1_000, from, to, reason })),
    },
  };
}

/** Whether its maximum kept it from what it wanted. */
function isCapped(event: Outcome["trace"]["events"][number], hpa: HorizontalPodAutoscaler): boolean {
  return (
    event.kind === "autoscaler.changed" &&
    event.autoscaler === keyOf(hpa) &&
    event.limited === "True TooManyReplicas"
  );
}
