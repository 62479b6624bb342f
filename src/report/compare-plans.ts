import { z } from "zod";
import { humanDuration } from "../lib/duration.ts";
import { movesOf } from "../trace/timelines.ts";
import type { Trace } from "../trace/trace.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { isDown, staysDown } from "./down.ts";
import { type Block, type Line, table } from "./layout.ts";
import { kindsNotGiven } from "./not-given.ts";
import { contextSentence } from "./screen.ts";

/** Several plans for the same cluster, under the same luck. */
export interface ComparedPlan {
  /** What it was given as: a file. */
  readonly name: string;
  readonly trace: Trace;
  readonly verdict: Verdict;
}

export const compareSchema = z
  .object({
    schema: z.literal("seatrial/compare/v1"),
    plans: z.array(
      z.object({
        plan: z.string(),
        word: z.enum(["FINISHES", "HANGS", "HURTS", "REFUSES", "STOPS"]),
        clientMillis: z.int().nullable().describe("null: it does not finish"),
        podMoves: z.int(),
        servicesDown: z.int().nullable().describe("null: no Services are given, so nobody knows"),
        outageMillis: z
          .int()
          .nullable()
          .describe("The sum over all Services; null: one of them stays down, or no Services are given"),
        pending: z.int(),
        errors: z.int(),
        warnings: z.int(),
        notGiven: z
          .array(z.string())
          .describe("Kinds that the input does not settle and that may change this"),
      }),
    ),
  })
  .describe("What became of several plans on one cluster");

type CompareJson = z.infer<typeof compareSchema>;

/** The comparison as one object, ready for JSON.stringify. */
export function compareJson(plans: readonly ComparedPlan[]): CompareJson {
  return { schema: "seatrial/compare/v1", plans: plans.map(rowOf) };
}

function rowOf({ name, trace, verdict }: ComparedPlan): CompareJson["plans"][number] {
  const { word, clientMillis, services, pending, findings } = verdict;
  const down = services.filter(isDown);
  const notGiven = kindsNotGiven(trace.header.cluster);
  const isKnown = !notGiven.includes("Service");
  const total = down.reduce((sum, { outageMillis }) => sum + outageMillis, 0);
  const count = (severity: "error" | "warning") =>
    findings.filter((finding) => finding.severity === severity && !finding.accepted).length;
  return {
    plan: name,
    word,
    clientMillis: clientMillis ?? null,
    podMoves: movesOf(trace).length,
    servicesDown: isKnown ? down.length : null,
    outageMillis: isKnown && !down.some(staysDown) ? total : null,
    pending: pending.length,
    errors: count("error"),
    warnings: count("warning"),
    notGiven: [...notGiven],
  };
}

/** `3 for 1m02s`; `3, no end` where one of them stays down. */
function downOf({ servicesDown, outageMillis }: CompareJson["plans"][number]): string {
  if (servicesDown === null) return "unknown";
  if (servicesDown === 0) return "0";
  return outageMillis === null
    ? `${servicesDown}, no end`
    : `${servicesDown} for ${humanDuration(outageMillis)}`;
}

/** One table, a row a plan, in the order in which they were given. */
export function comparePlansScreen(plans: readonly ComparedPlan[]): Block[] {
  const [first] = plans;
  const rows = plans
    .map(rowOf)
    .map((row) => [
      row.plan,
      row.word,
      row.clientMillis === null ? "never" : humanDuration(row.clientMillis),
      String(row.podMoves),
      downOf(row),
      String(row.pending),
      String(row.errors),
    ]);
  const header = ["plan", "", "takes", "moves", "down in all", "Pending", "errors"];
  const lines = table([header, ...rows], [false, false, true, true, true, true, true], [20]);
  return [
    {
      label: "COMPARE",
      tone: "strong",
      lines: [
        ...lines.map((text, index): Line => (index === 0 ? { text, tone: "quiet" } : { text })),
        ...(first ? [{ text: contextSentence(first.trace, undefined) }] : []),
      ],
    },
  ];
}
