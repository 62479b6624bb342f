import { z } from "zod";
import type { Labels } from "../../model/meta.ts";
import type { Resources } from "../../model/pod.ts";
import { parseResource } from "../../model/quantity.ts";
import { selectorFrom, type LabelSelector } from "../../model/selector.ts";
import type { IntOrPercent } from "../../model/workload.ts";

/**
 * The building blocks of the schemas. The API writes `null` where it means "not set", so every optional
 * field takes it.
 */

const found = (input: unknown) => {
  const text = JSON.stringify(input);
  return text === undefined ? "nothing" : text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** The sentence for a value of the wrong type: what was expected, what was found. */
const expected = (what: string) => ({
  error: (issue: { readonly input?: unknown }) =>
    issue.input === undefined
      ? `expected ${what}, but it is missing`
      : `expected ${what}, got ${found(issue.input)}`,
});

export const requiredText = z.string(expected("text"));

/** Text, or `fallback` where it is not set. */
export const text = (fallback = "") =>
  z
    .string(expected("text"))
    .nullish()
    .transform((value) => value ?? fallback);

export const flag = (fallback = false) =>
  z
    .boolean(expected("true or false"))
    .nullish()
    .transform((value) => value ?? fallback);

export const count = z.int(expected("a whole number")).min(0, expected("a whole number, 0 or more"));

/** A whole number from 0 on, or `fallback` where it is not set. */
export const countOr = (fallback: number) => count.nullish().transform((value) => value ?? fallback);

export const optionalCount = count.nullish().transform((value) => value ?? undefined);

/** Any whole number (priorities, exit codes), or `fallback`. */
export const wholeOr = (fallback: number) =>
  z
    .int(expected("a whole number"))
    .nullish()
    .transform((value) => value ?? fallback);

/** A list; empty where it is not set. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item, expected("a list"))
    .nullish()
    .transform((value) => value ?? []);

/** One of a few words, or `fallback` where it is not set or empty. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T, fallback: T[number]) =>
  z
    .enum(
      ["", ...words] as readonly string[] as readonly [string, ...string[]],
      expected(`one of ${words.join(", ")}`),
    )
    .nullish()
    .transform((value): T[number] =>
      value === undefined || value === null || value === "" ? fallback : value,
    );

/** An object whose unknown fields are left out; all of its own fields may be missing where it is not set. */
export const fields = <T extends z.ZodRawShape>(shape: T) => z.object(shape, expected("an object"));

/** An object that may be missing: its fields are then read as if it were `{}`. */
export const section = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => value ?? {}, z.object(shape, expected("an object")));

/** Epoch milliseconds of an RFC 3339 time; undefined where it is not set. */
export const time = z
  .string(expected("a time such as 2026-03-14T22:00:00Z"))
  .nullish()
  .transform((value, context) => {
    if (value === undefined || value === null || value === "") return undefined;
    const millis = Date.parse(value);
    if (!Number.isNaN(millis)) return millis;
    context.addIssue({
      code: "custom",
      message: `expected a time such as 2026-03-14T22:00:00Z, got ${found(value)}`,
    });
    return z.NEVER;
  });

/** A map from text to text, as it stands: also a key called `__proto__` is only a key. */
const textMap = (what: string) =>
  z
    .custom<Labels | null>()
    .optional()
    .transform((value, context): Labels => {
      if (value === undefined || value === null) return {};
      if (typeof value !== "object" || Array.isArray(value)) {
        context.addIssue({ code: "custom", message: `expected ${what}, got ${found(value)}` });
        return z.NEVER;
      }
      for (const key of Object.keys(value)) {
        const entry: unknown = value[key];
        if (typeof entry === "string") continue;
        const message = `expected text, got ${found(entry)}${entry === null ? "" : " (put it in quotes)"}`;
        context.addIssue({ code: "custom", path: [key], message });
      }
      return value;
    });

export const labels = textMap("labels (a map from text to text)");
export const optionalLabels = labels.nullish().transform((value) => value ?? undefined);

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const longestAnnotation = 1_000;

/**
 * Annotations without those that carry whole manifests. Of `last-applied-configuration` the apiVersion stays:
 * it tells which version the object's owner still writes.
 */
export const annotations = textMap("annotations (a map from text to text)").transform((all): Labels => {
  const keys = Object.keys(all);
  if (keys.every((key) => key !== lastApplied && all[key]!.length <= longestAnnotation)) return all;
  const kept = keys.filter((key) => key === lastApplied || all[key]!.length <= longestAnnotation);
  return Object.fromEntries(
    kept.map((key) => [key, key === lastApplied ? onlyApiVersion(all[key]!) : all[key]!]),
  );
});

function onlyApiVersion(manifest: string): string {
  const version = /"apiVersion"\s*:\s*"([^"]*)"/.exec(manifest)?.[1];
  return version === undefined ? "" : JSON.stringify({ apiVersion: version });
}

/** Amounts by resource name, in the scheduler's units; negative ones are refused. */
export const resources = z
  .custom<Record<string, unknown> | null>()
  .optional()
  .transform((value, context): Resources => {
    if (value === undefined || value === null) return {};
    if (typeof value !== "object" || Array.isArray(value)) {
      context.addIssue({ code: "custom", message: `expected amounts by resource name, got ${found(value)}` });
      return z.NEVER;
    }
    const amounts = Object.keys(value).map((resource): [string, number] => {
      const amount = readQuantity(resource, value[resource]);
      if (typeof amount === "number") return [resource, amount];
      context.addIssue({ code: "custom", path: [resource], message: amount });
      return [resource, 0];
    });
    return Object.fromEntries(amounts);
  });

/** One amount in whole units (bytes of a volume), undefined where it is not set. */
export const optionalAmount = z
  .unknown()
  .optional()
  .transform((value, context) => {
    if (value === undefined || value === null) return undefined;
    const amount = readQuantity("storage", value);
    if (typeof amount === "number") return amount;
    context.addIssue({ code: "custom", message: amount });
    return z.NEVER;
  });

function readQuantity(resource: string, value: unknown): number | string {
  const example = resource === "cpu" ? "500m or 2" : "64Mi or 10G";
  if (typeof value !== "string" && typeof value !== "number")
    return `expected a quantity such as ${example}, got ${found(value)}`;
  const amount = parseResource(resource, String(value));
  if (amount === undefined) return `expected a quantity such as ${example}, got ${found(value)}`;
  return amount < 0 ? `expected a quantity of 0 or more, got ${found(value)}` : amount;
}

/** A whole number or a percentage, undefined where it is not set. */
export const optionalIntOrPercent = z
  .union([z.int(), z.string()], expected("a whole number or a percentage such as 25%"))
  .nullish()
  .transform((value, context): IntOrPercent | undefined => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" ? value >= 0 : /^\d+%$/.test(value)) return value;
    if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
    context.addIssue({
      code: "custom",
      message: `expected a whole number or a percentage such as 25%, got ${found(value)}`,
    });
    return z.NEVER;
  });

export const intOrPercentOr = (fallback: IntOrPercent) =>
  optionalIntOrPercent.transform((value) => value ?? fallback);

const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const requirement = fields({
  key: requiredText,
  operator: z.enum(operators, expected(`an operator: ${operators.join(", ")}`)),
  values: list(requiredText),
}).superRefine(({ operator, values }, context) => {
  const needsValues = operator === "In" || operator === "NotIn";
  if (needsValues === values.length > 0) return;
  const message = needsValues
    ? `expected values for operator ${operator}`
    : `expected no values for operator ${operator}`;
  context.addIssue({ code: "custom", path: ["values"], message });
});

const selectorShape = fields({ matchLabels: labels, matchExpressions: list(requirement) });

/** A label selector; undefined where it is not set (which is not the same as empty). */
export const optionalSelector = selectorShape
  .nullish()
  .transform((value): LabelSelector | undefined => (value ? selectorFrom(value) : undefined));

/** A label selector that selects everything where it is not set. */
export const selectorOrAll = optionalSelector.transform((value): LabelSelector => value ?? []);
