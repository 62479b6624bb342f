import { z } from "zod";
import { humanDuration } from "../lib/duration.ts";
import { byText } from "../lib/order.ts";
import { movesOf } from "../trace/timelines.ts";
import { nodeUse } from "../trace/node-use.ts";
import type { Trace } from "../trace/trace.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { isDown, staysDown } from "./down.ts";
import { type Block, type Line, table } from "./layout.ts";
import { kindsNotGiven } from "./not-given.ts";
import { contextSentence } from "./screen.ts";

/** Several plans for the same cluster, under the same luck. */
export interface ComparedPlan {
  /** What it was given as: a file, or a strategy. */
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
        services: z
          .array(z.object({ service: z.string(), outageMillis: z.int().nullable() }))
          .describe("Those that go down; null: to the end"),
        pending: z.int(),
        peakNodes: z.int().describe("Most machines at one moment, those that are starting included"),
        nodeHours: z.number().describe("Of all machines, until the plan is over"),
        newNodeHours: z.number().describe("Of those that the plan adds"),
        findings: z.record(z.string(), z.int()).describe("Errors and warnings by rule"),
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
  const use = nodeUse(trace, clientMillis ?? trace.events.at(-1)?.time ?? 0);
  const byRule = new Map<string, number>();
  for (const { rule, severity, accepted } of findings)
    if (severity !== "info" && !accepted) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
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
    services: down.map((each) => ({
      service: each.service,
      outageMillis: staysDown(each) ? null : each.outageMillis,
    })),
    pending: pending.length,
    peakNodes: use.peak,
    nodeHours: hours(use.millis),
    newNodeHours: hours(use.newMillis),
    findings: Object.fromEntries(byRule),
    errors: count("error"),
    warnings: count("warning"),
    notGiven: [...notGiven],
  };
}

/** To a tenth. */
function hours(millis: number): number {
  return Math.round(millis / 360_000) / 10;
}

type Row = CompareJson["plans"][number];

/** `3 for 1m02s`; `3, no end` where one of them stays down. */
function downOf({ servicesDown, outageMillis }: Row): string {
  if (servicesDown === null) return "unknown";
  if (servicesDown === 0) return "0";
  return outageMillis === null
    ? `${servicesDown}, no end`
    : `${servicesDown} for ${humanDuration(outageMillis)}`;
}

/** So many plans stand side by side on one screen. */
const plansInARow = 3;
const widestName = 24;
const widestCell = 16;

/** A column a plan, in the order in which they were given; more than three stand below one another. */
export function comparePlansScreen(plans: readonly ComparedPlan[]): Block[] {
  const [first] = plans;
  const rows = plans.map(rowOf);
  const lines: Line[] = [];
  for (let at = 0; at < rows.length; at += plansInARow) {
    if (at > 0) lines.push({ text: "" });
    lines.push(...columns(rows.slice(at, at + plansInARow), rows));
  }
  const context = first ? [{ text: contextSentence(first.trace, undefined) }] : [];
  return [{ label: "COMPARE", tone: "strong", lines: [...lines, ...context] }];
}

/** One table. What a row is about is the same in each: `all` are the plans together. */
function columns(plans: readonly Row[], all: readonly Row[]): Line[] {
  const row = (name: string, cell: (plan: Row) => string): string[] => [name, ...plans.map(cell)];
  const services = [...new Set(all.flatMap((plan) => plan.services.map(({ service }) => service)))].sort(
    byText,
  );
  const rules = [...new Set(all.flatMap(({ findings }) => Object.keys(findings)))].sort(byText);
  const cells = [
    row("", ({ plan }) => plan),
    row("", ({ word }) => word),
    row("takes", ({ clientMillis }) => (clientMillis === null ? "never" : humanDuration(clientMillis))),
    row("pod moves", ({ podMoves }) => String(podMoves)),
    row("Pending at the end", ({ pending }) => String(pending)),
    row("most nodes", ({ peakNodes }) => String(peakNodes)),
    row("node-hours", ({ nodeHours }) => nodeHours.toFixed(1)),
    row("of new nodes", ({ newNodeHours }) => newNodeHours.toFixed(1)),
    row("Services down", downOf),
    ...services.map((service) => row(`  ${service}`, (plan) => outageOf(plan, service))),
    row("errors", ({ errors }) => String(errors)),
    row("warnings", ({ warnings }) => String(warnings)),
    ...rules.map((rule) => row(`  ${rule}`, ({ findings }) => String(findings[rule] ?? 0))),
  ];
  const right = [false, ...plans.map(() => true)];
  const widths = [widestName, ...plans.map(() => widestCell)];
  return table(cells, right, widths).map((text, index): Line =>
    index === 0 ? { text, tone: "quiet" } : { text },
  );
}

function outageOf({ services }: Row, name: string): string {
  const found = services.find(({ service }) => service === name);
  if (!found) return "0";
  return found.outageMillis === null ? "no end" : humanDuration(found.outageMillis);
}
