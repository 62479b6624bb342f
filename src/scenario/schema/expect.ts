import { z } from "zod";
import { expected, oneOf, sentence, strict } from "../../plan/schema/fields.ts";
import { millis, nameText, serviceKey } from "../../plan/schema/values.ts";
import type { Expectation, Range } from "../scenario.ts";

/** What a scenario says must come of its rehearsal. Each entry is about exactly one of these. */

const subjects = ["rule", "word", "service", "takes"] as const;

const range = strict("a range of durations", {
  atLeast: millis.exactOptional().describe("Not shorter than this"),
  atMost: millis.exactOptional().describe("Not longer than this"),
}).transform((value, context): Range => {
  const { atLeast, atMost } = value;
  const problem =
    atLeast === undefined && atMost === undefined
      ? "expected atLeast, atMost, or both"
      : atLeast !== undefined && atMost !== undefined && atLeast > atMost
        ? "atLeast is more than atMost"
        : undefined;
  if (problem === undefined) return value;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

const ruleId = z
  .string(expected("the id of a rule, such as drain-never-ends"))
  .regex(/^[a-z]+(-[a-z]+)*$/, expected("the id of a rule, such as drain-never-ends"));

/** One expectation. */
export const expectation = strict("an expectation", {
  rule: ruleId.exactOptional().describe("This rule finds something"),
  subject: nameText
    .exactOptional()
    .describe("With rule: what the finding is about (data/queue); * stands for anything"),
  severity: oneOf(["error", "warning", "info"]).exactOptional().describe("With rule: how bad the finding is"),
  message: z
    .string({ error: ({ input }) => sentence("a part of the finding's message", input) })
    .exactOptional()
    .describe("With rule: a part of the finding's message"),
  word: oneOf(["FINISHES", "HANGS", "HURTS", "REFUSES", "STOPS"])
    .exactOptional()
    .describe("The first word of the report"),
  service: serviceKey.exactOptional().describe("This Service (namespace/name) is down for so long"),
  downtime: range.exactOptional().describe("With service: for how long in all"),
  takes: range.exactOptional().describe("How long the plan takes until its last step has ended"),
}).transform((value, context): Expectation => {
  const { rule, subject, severity, message, word, service, downtime, takes } = value;
  const refuse = (text: string, ...path: string[]) => {
    context.addIssue({ code: "custom", path, message: text });
    return z.NEVER;
  };
  const chosen = subjects.filter((each) => value[each] !== undefined);
  if (chosen.length !== 1)
    return refuse(`expected one of ${subjects.join(", ")}, got ${chosen.join(" and ") || "none of them"}`);
  for (const field of ["subject", "severity", "message"] as const)
    if (rule === undefined && value[field] !== undefined) return refuse("goes with rule only", field);
  if (service === undefined && downtime !== undefined) return refuse("goes with service only", "downtime");
  if (rule !== undefined)
    return {
      kind: "finding",
      rule,
      ...(subject === undefined || subject === "*" ? {} : { subject }),
      ...(severity === undefined ? {} : { severity }),
      ...(message === undefined ? {} : { message }),
    };
  if (word !== undefined) return { kind: "word", word };
  if (takes !== undefined) return { kind: "takes", ...takes };
  if (service === undefined || downtime === undefined)
    return refuse("expected downtime: for how long it is down");
  return { kind: "downtime", service, ...downtime };
});
