import { humanDuration } from "../../lib/duration.ts";
import { stretches, totalMillis, type Stretch } from "../../trace/timelines.ts";
import { outageReason, type OutageReason } from "../outage-reason.ts";
import { counted } from "../../lib/counted.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/** Lines of a finding that speaks of many. */
const mostLines = 10;

/**
 * Workloads that no Service selects (workers, controllers, consumers) and whose last Ready pod goes: all of several
 * replicas at once is a warning, a single one that comes back only worth knowing. One that stays away is told by the
 * rule that knows why (pods-left-pending, replacement-denied, unknown-owner, owner-not-given).
 */
export const workloadDown = defineOutcomeRule({
  id: "workload-down",
  severity: "info",
  title: "A workload without a Service has no Ready pod for a while",
  check: (outcome) => {
    const served = workloadsBehindServices(outcome);
    const down = [...outcome.index.workloads()].flatMap(([workload]) =>
      served.has(workload) ? [] : (downOf(outcome, workload) ?? []),
    );
    const several = down.filter(({ before }) => before > 1);
    const single = down.filter(({ before }) => before === 1);
    return [
      ...(several.length > 0
        ? [{ ...finding(several), severity: "warning" as const, weight: 300 + several.length }]
        : []),
      ...(single.length > 0 ? [finding(single)] : []),
    ];
  },
});

interface DownWorkload {
  readonly workload: string;
  readonly before: number;
  readonly outages: readonly Stretch[];
  readonly millis: number;
  readonly reason: OutageReason;
}

function downOf(outcome: Outcome, workload: string): DownWorkload | undefined {
  const { index, analysis } = outcome;
  const timeline = analysis.workloadTimelines.get(workload) ?? [];
  const before = timeline[0]?.value ?? 0;
  if (before === 0 || !index.scalable(workload)) return undefined;
  const outages = stretches(timeline, analysis.endMillis, (value) => value === 0);
  const [first] = outages;
  if (!first || outages.some(({ ended }) => ended === undefined)) return undefined;
  const longest = outages.reduce(
    (most, each) => (each.to - each.from > most.to - most.from ? each : most),
    first,
  );
  const pods = index.podsOfWorkload(workload);
  const reason = outageReason(outcome, { pods, before, timeline }, longest);
  return { workload, before, outages, millis: totalMillis(outages), reason };
}

function workloadsBehindServices({ cluster, index }: Outcome): ReadonlySet<string> {
  const services = cluster.objects.Service;
  return new Set(
    services.flatMap((service) => index.podsOfService(service).map((pod) => index.workloadOf(pod))),
  );
}

function finding(down: readonly DownWorkload[]): FindingDraft {
  const sorted = [...down].sort((a, b) => b.millis - a.millis);
  const worst = sorted[0]!;
  const count = counted(down.length, "workload");
  const length = humanDuration(worst.millis);
  const lines = sorted.map(
    (each) => `${each.workload} ${humanDuration(each.millis)} = ${each.reason.why} (${each.reason.place}).`,
  );
  return {
    subject: down.length === 1 ? worst.workload : count,
    weight: 80 + down.length,
    ...(worst.outages[0] ? { at: worst.outages[0].from } : {}),
    events: worst.outages.map(({ began }) => began),
    message:
      down.length === 1
        ? `${worst.before} to 0 Ready for ${length} = ${worst.reason.why} (${worst.reason.place}); no Service selects it`
        : `${count} that no Service selects ${worst.before > 1 ? "lose all their Ready pods" : "have no Ready pod"} for a while, ${worst.workload} the longest: ${length} = ${worst.reason.why}`,
    details:
      down.length === 1
        ? worst.reason.lines
        : [
            ...lines.slice(0, mostLines),
            ...(lines.length > mostLines ? [`And ${lines.length - mostLines} more.`] : []),
          ],
    data: {
      workloads: sorted.map(({ workload }) => workload),
      seconds: sorted.map(({ millis }) => millis / 1_000),
    },
  };
}
