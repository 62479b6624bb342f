import { humanDuration } from "../lib/duration.ts";
import { didYouMean } from "../lib/nearest.ts";
import type { Finding, Verdict } from "../verdict/verdict.ts";
import type { Expectation, Range, Scenario } from "./scenario.ts";

/**
 * How a rehearsal differs from what the scenario expects, a sentence for each difference: what should have come and
 * did not, and every error that nobody expected. Nothing where the scenario does not say what it expects.
 */
export function checkExpectations({ expect }: Pick<Scenario, "expect">, verdict: Verdict): readonly string[] {
  if (!expect) return [];
  const missing = expect.flatMap((each) => difference(each, verdict) ?? []);
  const expected = expect.filter((each) => each.kind === "finding");
  const surprises = verdict.findings
    .filter(({ severity, accepted }) => severity === "error" && !accepted)
    .filter((finding) => !expected.some((each) => isAbout(each, finding)))
    .map(({ rule, subject, message }) => `not expected: error ${rule}: ${subject}: ${message}`);
  return [...missing, ...surprises];
}

type FindingExpectation = Extract<Expectation, { readonly kind: "finding" }>;

function difference(expectation: Expectation, verdict: Verdict): string | undefined {
  switch (expectation.kind) {
    case "finding":
      return findingDifference(expectation, verdict);
    case "word":
      return verdict.word === expectation.word
        ? undefined
        : `expected the report to begin with ${expectation.word}, got ${verdict.word}`;
    case "downtime": {
      const { service } = expectation;
      const found = verdict.services.find((each) => each.service === service);
      if (!found) return `expected ${service} to be down ${rangeText(expectation)}: there is no such Service`;
      if (isIn(found.outageMillis, expectation)) return undefined;
      const got = found.outages.length === 0 ? "never down" : humanDuration(found.outageMillis);
      return `expected ${service} to be down ${rangeText(expectation)}, got ${got}`;
    }
    case "takes": {
      const { clientMillis } = verdict;
      if (clientMillis !== undefined && isIn(clientMillis, expectation)) return undefined;
      const got = clientMillis === undefined ? "one that never ends" : humanDuration(clientMillis);
      return `expected a plan that takes ${rangeText(expectation)}, got ${got}`;
    }
  }
}

function findingDifference(expectation: FindingExpectation, { findings }: Verdict): string | undefined {
  if (findings.some((finding) => isExpected(expectation, finding))) return undefined;
  const { rule, subject, severity, message } = expectation;
  const wanted = [
    ...(severity === undefined ? [] : [severity]),
    rule,
    ...(subject === undefined ? [] : [`about ${subject}`]),
    ...(message === undefined ? [] : [`saying ${JSON.stringify(message)}`]),
  ].join(" ");
  const same = findings.filter((finding) => finding.rule === rule);
  if (same.length > 0) {
    const got = same.map((each) => `${each.severity} ${each.subject}: ${each.message}`).join("; ");
    return `expected ${wanted}, got ${got}`;
  }
  const guess = didYouMean(
    rule,
    findings.map((finding) => finding.rule),
  );
  return `expected ${wanted}, got nothing of that rule${guess}`;
}

/** Whether this finding is one that was named; an error of that rule about something else is not. */
function isAbout({ rule, subject }: FindingExpectation, finding: Finding): boolean {
  return finding.rule === rule && (subject === undefined || finding.subject === subject);
}

function isExpected(expectation: FindingExpectation, finding: Finding): boolean {
  const { severity, message } = expectation;
  return (
    isAbout(expectation, finding) &&
    (severity === undefined || finding.severity === severity) &&
    (message === undefined || finding.message.includes(message))
  );
}

function isIn(millis: number, { atLeast = 0, atMost = Infinity }: Range): boolean {
  return millis >= atLeast && millis <= atMost;
}

function rangeText({ atLeast, atMost }: Range): string {
  if (atLeast === undefined) return `at most ${humanDuration(atMost ?? 0)}`;
  if (atMost === undefined) return `at least ${humanDuration(atLeast)}`;
  return `${humanDuration(atLeast)} to ${humanDuration(atMost)}`;
}
