import { z } from "zod";
import { fixed } from "../assumptions.ts";
import {
  type AlertMatcher,
  type Comparison,
  comparisonOperators,
  matcherOperators,
  type OutsideCondition,
} from "../outside.ts";
import type { GateCondition } from "../plan.ts";
import { expected, list, oneOf, sentence, strict } from "./fields.ts";
import { durationOrNever, objectRef } from "./values.ts";
import { version } from "./version.ts";

/** What a gate waits for, and the alerts that stop a run. */

/** A program and its arguments; a line of shell is refused with the list that it would be. */
export const argumentList = z
  .array(z.string(expected("text", () => "put it in quotes")), {
    error: ({ input }) =>
      sentence(
        "a list of arguments",
        input,
        typeof input === "string" ? `no shell reads it: write ${JSON.stringify(input.split(/\s+/))}` : "",
      ),
  })
  .min(1, "expected a list of arguments with at least the command's name")
  .refine(([program]) => program !== "", "expected a list of arguments that begins with the command's name");

const aServer = expected("the address of a Prometheus, such as http://prometheus:9090");

/** Where Prometheus' HTTP API is. */
export const prometheusServer = z
  .string(aServer)
  .regex(/^https?:\/\/[^\s?#]+$/, aServer)
  .refine((text) => URL.canParse(text) && new URL(text).username === "", {
    error: ({ input }) =>
      sentence(
        "the address of a Prometheus",
        input,
        "without a name and password: SEATRIAL_PROMETHEUS_TOKEN is sent as a bearer token",
      ),
  });

const aComparison = expected('a comparison such as ">= 0.99"', (input) =>
  typeof input === "number" ? `write "== ${input}"` : "",
);
const comparisonPattern = /^\s*(>=|<=|==|!=|>|<)\s*([-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?)\s*$/;

const comparison = z
  .string(aComparison)
  .regex(comparisonPattern, aComparison)
  .transform((text, context): Comparison => {
    const [, found, number] = comparisonPattern.exec(text) ?? [];
    const operator = comparisonOperators.find((each) => each === found);
    const bound = Number(number);
    if (operator && Number.isFinite(bound)) return { operator, bound: bound === 0 ? 0 : bound };
    context.addIssue({ code: "custom", message: sentence('a comparison such as ">= 0.99"', text) });
    return z.NEVER;
  });

const promQuery = z
  .string(expected("a query of PromQL"))
  .refine((text) => text.trim() !== "" && text.isWellFormed(), expected("a query of PromQL"));

const prometheus = strict("prometheus", {
  query: promQuery.describe("A query of PromQL that gives one value: a scalar, or a vector of one series"),
  is: comparison.describe('What the value has to be, such as ">= 0.99"'),
  server: prometheusServer.exactOptional().describe("Where it is; without it, as execute --prometheus says"),
});

const gateWords = ["nodeReady", "noPendingPods", "controlPlaneHealthy", "etcdHealthy"] as const;
const objects = ["workloadReady", "nodesAt", "command", "prometheus"] as const;

const conditionObject = strict("a condition", {
  workloadReady: objectRef
    .exactOptional()
    .describe("All wanted pods of this workload are up to date and Ready"),
  nodesAt: version.exactOptional().describe("Every kubelet has this version"),
  command: argumentList
    .exactOptional()
    .describe("A command that ends with exit code 0; a list of arguments, which no shell reads"),
  prometheus: prometheus.exactOptional().describe("What a query of Prometheus gives compares so"),
  assume: durationOrNever
    .exactOptional()
    .describe(
      "With command and prometheus: after how long a rehearsal takes it to hold; without it, at once",
    ),
}).transform((value, context): GateCondition => {
  const refuse = (message: string, ...path: string[]) => {
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  };
  const chosen = objects.filter((each) => value[each] !== undefined);
  if (chosen.length !== 1)
    return refuse(`expected one of ${objects.join(", ")}, got ${chosen.join(" and ") || "none of them"}`);
  const outside = outsideCondition(value);
  if (outside) return outside;
  if (value.assume !== undefined) return refuse("goes with command or prometheus only", "assume");
  return value.workloadReady === undefined
    ? { kind: "nodesAt", version: value.nodesAt ?? "" }
    : { kind: "workloadReady", workload: value.workloadReady };
});

function outsideCondition({
  command,
  prometheus: asked,
  assume = fixed(0),
}: {
  readonly command?: readonly string[];
  readonly prometheus?: { readonly query: string; readonly is: Comparison; readonly server?: string };
  readonly assume?: OutsideCondition["assume"];
}): OutsideCondition | undefined {
  if (command) return { kind: "command", command, assume };
  return asked && { kind: "prometheus", ...asked, assume };
}

/** What a gate waits for: a word, or an object with one field. */
export const gateCondition = z.union(
  [oneOf(gateWords).transform((kind): GateCondition => ({ kind })), conditionObject],
  expected(
    `${gateWords.join(", ")}, {workloadReady: shop/Deployment/web}, {nodesAt: v1.35.2}, {command: [./check]}, or {prometheus: {query, is}}`,
  ),
);

const aMatcher = expected(`a matcher such as severity="critical"`);
const matcherPattern = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/;

const matcher = z
  .string(aMatcher)
  .regex(matcherPattern, aMatcher)
  .transform((text, context): AlertMatcher => {
    const [, label = "", found, value = ""] = matcherPattern.exec(text) ?? [];
    const operator = matcherOperators.find((each) => each === found);
    const read = value.startsWith('"') ? quoted(value) : /["\s,{}]/.test(value) ? undefined : value;
    if (operator && read !== undefined && read.isWellFormed()) return { label, operator, value: read };
    context.addIssue({ code: "custom", message: sentence(`a matcher such as severity="critical"`, text) });
    return z.NEVER;
  });

function quoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Alerts that no node may be begun beside. */
export const alertSelection = strict("an alert selection", {
  matchers: list(matcher, "matchers").describe(
    'Labels of the alert, which all have to match, as Alertmanager writes them: severity="critical"',
  ),
  server: prometheusServer
    .exactOptional()
    .describe("The Prometheus that evaluates them; without it, as execute --prometheus says"),
});
