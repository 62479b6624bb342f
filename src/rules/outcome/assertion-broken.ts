import { humanDuration } from "../../lib/duration.ts";
import type { Assertion } from "../../plan/plan.ts";
import { stretches, totalMillis } from "../../trace/timelines.ts";
import { skewDrafts, writeDrafts } from "../control-plane-assertions.ts";
import { notJudged } from "../not-judged.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { serialSuggestion } from "../serial-suggestion.ts";
import { outageDraft, serviceOutages } from "../service-outages.ts";

/**
 * A limit that the plan itself sets and that the rehearsal breaks: how long a Service may be down or short of pods,
 * how many pods of a workload stay Ready, how far versions are apart, for how long nothing can be written. A Service without such a limit is rule service-outage's.
 */
export const assertionBroken = defineOutcomeRule({
  id: "assertion-broken",
  severity: "error",
  title: "A limit that the plan asserts is broken",
  check: (outcome) =>
    outcome.plan.assertions.flatMap((assertion) => {
      switch (assertion.kind) {
        case "service":
          return [...downtime(outcome, assertion), ...degraded(outcome, assertion)];
        case "workload":
          return minReady(outcome, assertion);
        case "versionSkew":
          return skewDrafts(outcome, assertion.name);
        case "controlPlane":
          return writeDrafts(outcome, assertion);
        default:
          return [];
      }
    }),
});

type ServiceAssertion = Extract<Assertion, { readonly kind: "service" }>;
type WorkloadAssertion = Extract<Assertion, { readonly kind: "workload" }>;

function downtime(outcome: Outcome, { name, service, downtime: limit }: ServiceAssertion): FindingDraft[] {
  if (limit === undefined) return [];
  const found = outcome.analysis.services.find((each) => each.service === service);
  if (!found) return [notThere(name, service, "selects no pods")];
  const outage = serviceOutages(outcome).find(({ services }) => services.includes(service));
  if (!outage || found.outageMillis <= limit) return [];
  const draft = outageDraft(outage);
  return [
    {
      ...draft,
      subject: service,
      weight: 700,
      message: `${name} allows ${humanDuration(limit)} of downtime; ${draft.message}`,
      suggestions: serialSuggestion(outcome, outage.reason.lost),
      data: { ...draft.data, service, assertion: name, limitSeconds: limit / 1_000 },
    },
  ];
}

function degraded(
  outcome: Outcome,
  { name, service, degraded: limit, ...rest }: ServiceAssertion,
): FindingDraft[] {
  if (limit === undefined) return [];
  const found = outcome.analysis.services.find((each) => each.service === service);
  // Where a limit on downtime stands beside it, that one has said so.
  if (!found) return rest.downtime === undefined ? [notThere(name, service, "selects no pods")] : [];
  const { before, min, degradedMillis } = found;
  if (degradedMillis <= limit) return [];
  const timeline = outcome.analysis.serviceTimelines.get(service) ?? [];
  const below = stretches(timeline, outcome.analysis.endMillis, (value) => value < before);
  return [
    {
      subject: service,
      ...(below[0] ? { at: below[0].from } : {}),
      events: below.map(({ began }) => began),
      weight: 650,
      message: `${name} allows ${humanDuration(limit)} with fewer than ${before} Ready; it is ${humanDuration(degradedMillis)}, down to ${min}`,
      data: {
        service,
        assertion: name,
        before,
        min,
        degradedSeconds: degradedMillis / 1_000,
        limitSeconds: limit / 1_000,
      },
    },
  ];
}

function minReady(outcome: Outcome, { name, workload, minReady: limit }: WorkloadAssertion): FindingDraft[] {
  const timeline = outcome.analysis.workloadTimelines.get(workload);
  if (!timeline) return [notThere(name, workload, "has no pods")];
  const below = stretches(timeline, outcome.analysis.endMillis, (value) => value < limit);
  if (below.length === 0) return [];
  const least = timeline.reduce((min, { value }) => Math.min(min, value), Infinity);
  const before = timeline[0]!.value;
  return [
    {
      subject: workload,
      // What was broken before is not the plan's doing, unless the plan makes it worse.
      ...(before < limit && least >= before ? { severity: "warning" as const } : {}),
      at: below[0]!.from,
      events: below.map(({ began }) => began).filter((event) => event >= 0),
      weight: 650,
      message: `${name} wants ${limit} Ready; ${least} at the least, below ${limit} for ${humanDuration(totalMillis(below))}`,
      details: before < limit ? [`It was broken before the plan began: ${before} Ready at the start.`] : [],
      data: {
        workload,
        assertion: name,
        minReady: limit,
        least,
        before,
        belowSeconds: totalMillis(below) / 1_000,
      },
    },
  ];
}

function notThere(name: string, subject: string, otherwise: string): FindingDraft {
  return notJudged(name, subject, `${subject} is not in the input, or ${otherwise} at the start`);
}
