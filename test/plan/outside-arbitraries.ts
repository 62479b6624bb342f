import { fc } from "@fast-check/vitest";
import {
  type AlertSelection,
  comparisonOperators,
  matcherOperators,
  type OutsideCondition,
} from "../../src/plan/outside.ts";
import { durationOrNever, oddText } from "./value-arbitraries.ts";

/** What a plan asks of others than the cluster's API. */

export const argumentList = fc
  .array(fc.oneof(oddText, fc.string()), { minLength: 1, maxLength: 3 })
  .filter(([program]) => program !== "");

const server = fc.constantFrom("http://prometheus:9090", "https://thanos.example.com/select/0");

const comparison = fc.record({
  operator: fc.constantFrom(...comparisonOperators),
  bound: fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  ),
});

export const outsideCondition: fc.Arbitrary<OutsideCondition> = fc.oneof(
  fc.record({ kind: fc.constant("command" as const), command: argumentList, assume: durationOrNever }),
  fc.record(
    {
      kind: fc.constant("prometheus" as const),
      query: fc.oneof(oddText, fc.string()).filter((text) => text.trim() !== ""),
      is: comparison,
      server,
      assume: durationOrNever,
    },
    { requiredKeys: ["kind", "query", "is", "assume"] },
  ),
);

const matcher = fc.record({
  label: fc.constantFrom("severity", "alertname", "_x1"),
  operator: fc.constantFrom(...matcherOperators),
  value: fc.oneof(oddText, fc.string()),
});

export const alertSelection: fc.Arbitrary<AlertSelection> = fc.record(
  { matchers: fc.array(matcher, { minLength: 1, maxLength: 3 }), server },
  { requiredKeys: ["matchers"] },
);
