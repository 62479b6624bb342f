import { humanDuration } from "../../lib/duration.ts";
import { defineOutcomeRule, type Outcome } from "../rule.ts";
import { serialSuggestion } from "../serial-suggestion.ts";
import { outageDraft, type ServiceOutage, serviceOutages } from "../service-outages.ts";
import type { Severity } from "../../verdict/verdict.ts";

/**
 * A Service that had Ready pods loses the last of them for a while. What could spare it is rule restart-would-spare's;
 * a limit that the plan sets for this Service is rule assertion-broken's.
 */
export const serviceOutage = defineOutcomeRule({
  id: "service-outage",
  severity: "error",
  title: "A Service has no Ready pod for a while",
  check: (outcome) =>
    serviceOutages(outcome)
      .filter(({ lead, assertion }) => !assertion || lead.outageMillis <= assertion.downtime)
      .map((outage) => {
        const draft = outageDraft(outage);
        return {
          ...draft,
          severity: severityOf(outcome, outage),
          details: [...(draft.details ?? []), ...member(outage), ...allowance(outage)],
          suggestions: serialSuggestion(outcome, outage.reason.lost),
        };
      }),
});

function severityOf({ plan }: Outcome, { assertion, reason, memberOf }: ServiceOutage): Severity {
  const isCovered = plan.assertions.length === 0 || plan.assertions.some(({ kind }) => kind === "noOutage");
  // The address of one member of several: that it is away while it moves is what the others are for.
  if (assertion || memberOf !== undefined || !isCovered) return "info";
  // An operator that is not rehearsed may have the pod back at once: that is no reason to refuse a plan.
  return reason.isUnknown ? "warning" : "error";
}

function member({ memberOf }: ServiceOutage): string[] {
  return memberOf === undefined
    ? []
    : [`It is the address of one pod of ${memberOf}, by its label: the others have their own.`];
}

function allowance({ assertion, lead }: ServiceOutage): string[] {
  if (!assertion) return [];
  const { name, downtime } = assertion;
  return [
    `Assertion ${name} allows ${humanDuration(downtime)}: ${humanDuration(lead.outageMillis)} are within it.`,
  ];
}
