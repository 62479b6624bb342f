import type { FindingDraft } from "./rule.ts";

/** An assertion about what is not there must not pass in silence. */
export function notJudged(assertion: string, subject: string, why: string): FindingDraft {
  return {
    subject,
    weight: 600,
    message: `${assertion} could not be judged: ${why}`,
    data: { assertion, isJudged: false },
  };
}
