import { z } from "zod";
import { parseDuration } from "../../lib/duration.ts";
import { parseUnits } from "../../model/quantity.ts";
import { parseSelector, selectorFrom, type LabelSelector } from "../../model/selector.ts";
import { type Duration, fixed, fromPercentiles } from "../assumptions.ts";
import type { FailurePolicy, FinalPolicy } from "../plan.ts";
import { expected, list, oneOf, sentence, strict, whole } from "./fields.ts";

/** What the fields of a plan hold: each schema reads what is written and gives what src/plan/plan.ts calls it. */

/** One line without control characters, so that it can be printed anywhere; editors read it without the `u` flag. */
const oneLine = /^[ -~\u00a0-\u2027\u202a-\uffff]+$/;

const quotes = (input: unknown) =>
  typeof input === "number" || typeof input === "boolean" ? "put it in quotes" : "";

export const nameText = z
  .string(expected("a name", quotes))
  .regex(oneLine, expected("a name of one line"))
  .refine((text) => text.isWellFormed(), expected("a name of one line"));

export const nodeName = z
  .string(expected("the name of a node", quotes))
  .regex(/^[!-.0-~]+$/, expected("the name of a node"));

const durationPattern = /^(0|(\d+(\.\d+)?(ms|s|m|h|d|w))+)$/;
const durationOrNeverPattern = /^(never|0|(\d+(\.\d+)?(ms|s|m|h|d|w))+)$/;
/** Ten years: beyond it, virtual time is a typing mistake. */
const longestMillis = 3_650 * 86_400_000;

const unit = (input: unknown) =>
  typeof input === "number" && input >= 0 ? `write the unit: ${input}s or ${input}m` : "";

const aDuration = expected("a duration such as 90s or 1h30m", unit);

/** Milliseconds of `90s` or `1h30m`. */
export const millis = z
  .string(aDuration)
  .regex(durationPattern, aDuration)
  .transform((text, context) => millisOf(text, context));

/** Milliseconds, more than none. */
export const someMillis = z
  .string(aDuration)
  .regex(durationPattern, aDuration)
  .transform((text, context) => {
    const value = millisOf(text, context);
    if (value > 0) return value;
    context.addIssue({ code: "custom", message: sentence("a duration of more than 0", text) });
    return z.NEVER;
  });

function millisOf(text: string, context: z.core.$RefinementCtx): number {
  const value = parseDuration(text);
  if (value !== undefined && value <= longestMillis) return value;
  context.addIssue({ code: "custom", message: sentence("a duration of at most ten years", text) });
  return z.NEVER;
}

const aMoment = expected("a moment with its offset, such as 2026-03-14T22:00:00Z or 2026-03-14T22:00+01:00");

/** Epoch milliseconds of a moment; one without an offset is no moment. */
export const moment = z
  .string(aMoment)
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/, aMoment)
  .transform((text, context) => {
    const value = Date.parse(text);
    if (Number.isFinite(value)) return value;
    context.addIssue({ code: "custom", message: sentence("a moment that there is", text) });
    return z.NEVER;
  });

const percentiles = strict("a duration of two percentiles", { p50: millis, p99: millis }).transform(
  ({ p50, p99 }, context): Duration => {
    if (p50 <= p99) return fromPercentiles(p50, p99);
    context.addIssue({ code: "custom", path: ["p99"], message: "p99 is less than p50" });
    return z.NEVER;
  },
);

const anyDuration = expected("a duration such as 90s, or {p50: 2m, p99: 4m}", unit);

/** `90s`, or `{p50, p99}`. */
export const duration = z.union([millis.transform(fixed), percentiles], anyDuration).meta({ id: "Duration" });

/** A duration that may also be `never`: what never comes back. */
export const durationOrNever = z
  .union(
    [
      z
        .string(anyDuration)
        .regex(durationOrNeverPattern, expected("a duration such as 90s, or never", unit))
        .transform((text, context): Duration =>
          text === "never" ? { kind: "never" } : fixed(millisOf(text, context)),
        ),
      percentiles,
    ],
    expected("a duration such as 90s, {p50: 2m, p99: 4m}, or never", unit),
  )
  .meta({ id: "DurationOrNever" });

const policies = ["abort", "pause", "continue", "quarantine", "uncordonAndSkip", "rollback"] as const;

const finalPolicy = oneOf(policies).transform((kind): FinalPolicy => ({ kind }));

/** `abort`, or `{retry: {times, backoff, then}}`. */
export const failurePolicy = z
  .union(
    [
      oneOf(policies, []).transform((kind): FailurePolicy => ({ kind })),
      strict("onFailure", {
        retry: strict("retry", {
          times: whole(1).describe("How often to try again"),
          backoff: millis.prefault("0s").describe("How long to wait before each new attempt"),
          // oxlint-disable-next-line unicorn/no-thenable -- the word of the plan language; nobody awaits it
          then: finalPolicy.prefault("abort").describe("What happens when the last attempt has failed too"),
        }),
      }).transform(({ retry }): FailurePolicy => ({ kind: "retry", ...retry })),
    ],
    expected(`one of ${policies.join(", ")}, or {retry: {times, backoff, then}}`),
  )
  .meta({ id: "FailurePolicy" });

const labelKeyPattern = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const labelValuePattern = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

export const labelKey = z
  .string(expected("a label key", quotes))
  .regex(labelKeyPattern, expected("a label key such as pool or example.com/pool"));

export const labelValue = z
  .string(expected("text", quotes))
  .regex(labelValuePattern, expected("a label value (letters, digits, - _ .)"));

const labels = z.record(labelKey, labelValue, expected("labels (a map from text to text)"));

const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const requirement = strict("a label requirement", {
  key: labelKey.describe("The label"),
  operator: oneOf(operators).describe("How its value has to relate to the values"),
  values: list(labelValue, "label values").exactOptional().describe("For In and NotIn"),
}).superRefine(({ operator, values }, context) => {
  const needsValues = operator === "In" || operator === "NotIn";
  if (needsValues === (values !== undefined)) return;
  const message = needsValues ? `${operator} needs values` : `${operator} takes no values`;
  context.addIssue({ code: "custom", path: ["values"], message });
});

/** `{matchLabels, matchExpressions}`; `{}` selects everything. */
export const selector = strict("a selector", {
  matchLabels: labels.exactOptional().describe("Labels that have to have exactly these values"),
  matchExpressions: list(requirement, "label requirements")
    .exactOptional()
    .describe("Requirements that all have to hold"),
})
  .transform((value): LabelSelector => selectorFrom(value))
  .meta({ id: "Selector" });

/** A selector as an object, or as `kubectl -l` takes it. */
export const selectorOrText = z.union(
  [
    z.string(expected("a selector")).transform((text, context): LabelSelector => {
      const parsed = parseSelector(text);
      if ("selector" in parsed) return parsed.selector;
      const message = `expected a selector such as app=web,tier!=db; ${JSON.stringify(parsed.error)} is not part of one`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
    selector,
  ],
  expected("a selector such as app=web or {matchLabels: {app: web}}"),
);

/** `shop/Deployment/web`. */
export const objectRef = z
  .string(expected("an object such as shop/Deployment/web", quotes))
  .regex(
    /^([!-.0-~]+\/)?[A-Z][A-Za-z0-9]*\/[!-.0-~]+$/,
    expected("an object as namespace/Kind/name, such as shop/Deployment/web"),
  );

/** `shop/frontend`. */
export const serviceKey = z
  .string(expected("a Service such as shop/frontend", quotes))
  .regex(/^[!-.0-~]+\/[!-.0-~]+$/, expected("a Service as namespace/name, such as shop/frontend"));

/** `rook-ceph/rook-ceph-osd`. */
export const budgetKey = z
  .string(expected("a budget such as shop/web", quotes))
  .regex(/^[!-.0-~]+\/[!-.0-~]+$/, expected("a budget as namespace/name, such as shop/web"));

const nodeCount = expected("a number of nodes, 1 or more, or a percentage such as 10%");

/** `2` or `10%`. */
export const countOrPercent = z.union(
  [
    z.int(nodeCount).min(1, nodeCount),
    z.string(nodeCount).regex(/^([1-9]\d?|100)%$/, expected("a percentage from 1% to 100%")),
  ],
  nodeCount,
);

const rate = expected("bytes per second, such as 35M or 100Mi");

/** Bytes per second: a number, or a quantity such as `35M`. */
export const byteRate = z.union(
  [
    z.int(rate).min(1, rate),
    z.string(rate).transform((text, context) => {
      const value = parseUnits(text);
      if (value !== undefined && value >= 1 && Number.isSafeInteger(value)) return value;
      context.addIssue({ code: "custom", message: sentence("bytes per second, such as 35M or 100Mi", text) });
      return z.NEVER;
    }),
  ],
  rate,
);

/** A share from 0 to 1. */
export const share = z
  .number(expected("a share from 0 to 1"))
  .min(0, expected("a share from 0 to 1"))
  .max(1, expected("a share from 0 to 1"));
