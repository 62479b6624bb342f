import { metricsApiOf } from "../../facts/metrics-apis.ts";
import { humanDuration } from "../../lib/duration.ts";
import type { Cluster } from "../../model/cluster.ts";
import { keyOf } from "../../model/meta.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * An aggregated API that nobody answers for a while, as its only pod moves: who reads it gets errors, and horizontal
 * autoscalers stand still without their metrics. A warning where that lasts to the end.
 * Source: kube-aggregator, available_controller.go; pkg/controller/podautoscaler/horizontal.go.
 */
export const apiServiceAway = defineOutcomeRule({
  id: "api-service-away",
  severity: "info",
  title: "An aggregated API is unavailable for a while",
  check: (outcome) => {
    const { events } = outcome.trace;
    const names = new Set(
      events.flatMap((event) => (event.kind === "apiservice.changed" ? event.apiService : [])),
    );
    return [...names].flatMap((name) => {
      const gaps = gapsOf(events, name);
      return gaps.length === 0 ? [] : [finding(outcome, name, gaps)];
    });
  },
});

interface Gap {
  readonly from: number;
  /** Undefined: to the end. */
  readonly to?: number;
  readonly event: number;
}

function gapsOf(events: readonly TraceEvent[], name: string): readonly Gap[] {
  const gaps: Gap[] = [];
  events.forEach((event, number) => {
    if (event.kind !== "apiservice.changed" || event.apiService !== name) return;
    const open = gaps.at(-1);
    if (!event.available) gaps.push({ from: event.time, event: number });
    else if (open && open.to === undefined) gaps.splice(-1, 1, { ...open, to: event.time });
  });
  return gaps;
}

function finding({ cluster, analysis }: Outcome, name: string, gaps: readonly Gap[]): FindingDraft {
  const last = gaps.at(-1);
  const millis = gaps.reduce((sum, { from, to = analysis.endMillis }) => sum + to - from, 0);
  const readers = readersOf(cluster, name);
  const still =
    readers.length === 0
      ? "who reads it gets errors"
      : `${counted(readers.length, "HorizontalPodAutoscaler")} ${verb(readers.length, "stands", "stand")} still`;
  const times = gaps.length > 1 ? ` = ${counted(gaps.length, "time")}` : "";
  const service = cluster.objects.APIService.find((each) => each.name === name)?.service;
  return {
    subject: name,
    ...(readers.length > 0 && last?.to === undefined ? { severity: "warning" as const } : {}),
    at: gaps[0]!.from,
    events: gaps.map(({ event }) => event),
    weight: 120,
    message:
      last?.to === undefined
        ? `is unavailable from ${humanDuration(last!.from)} to the end: ${still}`
        : `is unavailable for ${humanDuration(millis)}${times}: ${still}`,
    details: [
      `No pod behind ${service ? keyOf(service) : "it"} is Ready from ${humanDuration(gaps[0]!.from)} on.`,
      ...(readers.length > 0
        ? [
            `Meanwhile no load changes the size of what ${listed(readers)} ${verb(readers.length, "scales", "scale")}.`,
          ]
        : []),
    ],
    data: {
      seconds: millis / 1_000,
      gaps: gaps.map(({ from, to }) => ({
        fromSeconds: from / 1_000,
        toSeconds: to === undefined ? null : to / 1_000,
      })),
      autoscalers: readers,
    },
  };
}

/** The autoscalers that read this API. */
function readersOf({ objects }: Cluster, name: string): readonly string[] {
  return objects.HorizontalPodAutoscaler.filter(({ metrics }) =>
    metrics.some((metric) => metric.type !== "other" && metricsApiOf(metric.type).includes(name)),
  ).map(keyOf);
}
