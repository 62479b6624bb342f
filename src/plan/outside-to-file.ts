import { durationField } from "./duration-text.ts";
import { type Json, said, unless } from "./file-fields.ts";
import { type AlertSelection, comparisonText, matcherText } from "./outside.ts";
import type { Approval, GateCondition } from "./plan.ts";

/** A condition of a gate as its file writes it. */
export function conditionField(condition: GateCondition): unknown {
  switch (condition.kind) {
    case "workloadReady":
      return { workloadReady: condition.workload };
    case "nodesAt":
      return { nodesAt: condition.version };
    case "command":
      return said({
        command: condition.command,
        assume: unless(durationField(condition.assume), "0s"),
      });
    case "prometheus": {
      const { query, is, server, assume } = condition;
      return said({
        prometheus: said({ query, is: comparisonText(is), server }),
        assume: unless(durationField(assume), "0s"),
      });
    }
    default:
      return condition.kind;
  }
}

export function alertField({ matchers, server }: AlertSelection): Json {
  return said({ matchers: matchers.map(matcherText), server });
}

export function approvalField({ assume, by, ticket, until }: Approval): Json {
  return said({
    assume: unless(durationField(assume), "0s"),
    by,
    ticket,
    until: until === undefined ? undefined : new Date(until).toISOString(),
  });
}
