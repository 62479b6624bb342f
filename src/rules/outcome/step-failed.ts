import { defineOutcomeRule } from "../rule.ts";
import { toleratedFailures } from "../step-reports.ts";
import { unmetConditions } from "../unmet-conditions.ts";

/** What the plan does after a failure that it tolerates. */
const goesOn = {
  continue: "the plan goes on with its next step (onFailure: continue)",
  quarantine: "its node is left cordoned, and the next has its turn (onFailure: quarantine)",
  uncordonAndSkip: "its node is uncordoned as it is, and the next has its turn (onFailure: uncordonAndSkip)",
} as const;

/** A step that failed and that the plan went on without. Drains that fail have a rule of their own, drain-failed, once they have begun. */
export const stepFailed = defineOutcomeRule({
  id: "step-failed",
  severity: "error",
  title: "A step fails and the plan goes on",
  check: (outcome) =>
    toleratedFailures(outcome.analysis.steps)
      .filter(
        ({ what, path }) =>
          !what.startsWith("drain") || !outcome.analysis.drains.some(({ step }) => step === path),
      )
      .map((report) => {
        const { what, node, reason, afterFailure, ended, endedAt, path } = report;
        const how = afterFailure === undefined || afterFailure === "stop" ? undefined : goesOn[afterFailure];
        return {
          subject: node === "" ? what : `${what} (${node})`,
          at: endedAt ?? 0,
          events: ended === undefined ? [] : [ended],
          weight: 780,
          message: `failed${reason === "" ? "" : `: ${reason}`}`,
          details: [...unmetConditions(outcome, report), ...(how ? [`After it ${how}.`] : [])],
          data: { step: path, node, reason, afterFailure },
        };
      }),
});
