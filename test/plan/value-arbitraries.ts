import { fc } from "@fast-check/vitest";
import type { LabelRequirement, LabelSelector } from "../../src/model/selector.ts";
import { type Duration, fixed, fromPercentiles } from "../../src/plan/assumptions.ts";
import { type DrainOptions, type FailurePolicy, type FinalPolicy } from "../../src/plan/plan.ts";

/** The small things that plans are made of: names, labels, durations, flags, policies. */

/** Words that YAML is known to read as something else, and others. */
export const oddText = fc.constantFrom(
  "yes",
  "1",
  "0x1",
  "null",
  "~",
  "- a",
  "# b",
  "a: b",
  "%",
  "'",
  '"',
  " x ",
  "1e3",
  "é🙂",
);

const isOneLine = (text: string) => /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(text);

export const nameText = fc.oneof(
  fc.constantFrom("drain", "drain-2", "wait", "rollout/drain", "workers"),
  oddText,
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter(isOneLine),
);

export const nodeName = fc.constantFrom("n1", "n2", "n3", "1", "true", "node-7.example.com");
export const nodeNames = fc.uniqueArray(nodeName, { minLength: 1, maxLength: 4 });
export const labelKey = fc.constantFrom("pool", "zone", "1", "22", "topology.kubernetes.io/zone", "yes");
export const labelValue = fc.constantFrom("", "general", "a", "1", "true", "v1.2");

export const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({
    key: labelKey,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.array(labelValue, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    key: labelKey,
    operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
    values: fc.constant([]),
  }),
);

export const selector: fc.Arbitrary<LabelSelector> = fc.array(requirement, { maxLength: 4 });

const tenYears = 3_650 * 86_400_000;
export const millis = fc.oneof(
  fc.constantFrom(0, 1, 999, 1_000, 90_000, 3_600_000, 86_400_000),
  fc.integer({ min: 0, max: tenYears }),
);
export const someMillis = millis.filter((each) => each > 0);

export const duration: fc.Arbitrary<Duration> = fc.oneof(
  millis.map(fixed),
  fc.tuple(millis, millis).map(([a, b]) => fromPercentiles(Math.min(a, b), Math.max(a, b))),
);
export const durationOrNever: fc.Arbitrary<Duration> = fc.oneof(
  duration,
  fc.constant({ kind: "never" as const }),
);

const finalPolicy: fc.Arbitrary<FinalPolicy> = fc
  .constantFrom("abort", "pause", "continue", "quarantine", "uncordonAndSkip", "rollback")
  .map((kind): FinalPolicy => ({ kind }));

export const policy: fc.Arbitrary<FailurePolicy> = fc.oneof(
  finalPolicy,
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), millis, finalPolicy)
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the plan language; nobody awaits it
    .map(([times, backoff, then]): FailurePolicy => ({ kind: "retry", times, backoff, then })),
);

/** Some of the fields, each there or not. */
export const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

export const flags = some<DrainOptions>({
  ignoreDaemonSets: fc.boolean(),
  deleteEmptyDirData: fc.boolean(),
  force: fc.boolean(),
  gracePeriod: fc.integer({ min: -1, max: 600 }),
  timeout: millis,
  podSelector: selector,
  disableEviction: fc.boolean(),
  skipWaitForDeleteTimeout: fc.nat(600),
  dryRun: fc.constantFrom("none", "client", "server"),
});

export const count = fc.nat(20);
export const ref = fc.constantFrom(
  "shop/Deployment/web",
  "data/StatefulSet/db",
  "pay/PodDisruptionBudget/ledger",
);

/** Versions as a plan keeps them; the last has no CoreDNS that is known. */
export const version = fc.constantFrom("v1.35.2", "v1.34.11", "v1.36.0-rc.1", "v1.99.0");
