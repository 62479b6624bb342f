import { humanDuration } from "../../lib/duration.ts";
import { formatVersion, minorOf } from "../../model/version.ts";
import { stepBehind } from "../../trace/why.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { brokenSkews, farApart, type SkewStretch, supported } from "../broken-skews.ts";

/**
 * A step of the plan brings versions further apart than the version skew policy allows, if only for a while: every state
 * between two changes of a version is looked at. What was so before the plan is rule version-skew's. Source: facts/skew.ts.
 */
export const skewBroken = defineOutcomeRule({
  id: "skew-broken",
  severity: "error",
  title: "On the way, versions are further apart than the policy allows",
  check: (outcome) => brokenSkews(outcome.trace).map((each) => finding(outcome, each)),
});

function finding({ trace }: Outcome, { skew, from, to, began, ended }: SkewStretch): FindingDraft {
  const { rule, component, version, nodes, against, direction, by, limit } = skew;
  const step = stepBehind(trace, began)?.event;
  const where = nodes.filter((node) => node !== "");
  const until = ended === undefined ? "to the end" : `for ${humanDuration(to - from)}`;
  return {
    subject: `${component}-${minorOf(version)}`,
    at: from,
    events: [began],
    weight: 850 + by,
    message: `${farApart(skew)}, ${until}: ${supported(skew)}`,
    details: [
      `The rule: ${rule.words}.`,
      ...(step?.kind === "step.started"
        ? [`Because of: ${step.what}${step.node === "" ? "" : `, ${step.node}`}.`]
        : []),
      rule.source,
    ],
    data: {
      component,
      version: formatVersion(version),
      nodes: where,
      against: rule.against,
      againstVersion: formatVersion(against.version),
      direction,
      by,
      limit,
      rule: rule.id,
      source: rule.source,
      ...(step?.kind === "step.started" ? { step: step.what, stepNode: step.node } : {}),
    },
  };
}
