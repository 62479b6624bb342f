import { z } from "zod";
import { parseMilli, parseUnits } from "../../model/quantity.ts";
import type { LoadTrace } from "../assumptions.ts";
import { expected, sentence } from "./fields.ts";
import { millis, objectRef } from "./values.ts";

/** The load that workloads bear: an amount of each metric, or what becomes of it in the course of time. */

const anAmount = expected("an amount such as 2400m or 6Gi");
const quantity = z.union([z.string(anAmount), z.number(anAmount)], anAmount);

const points = z.array(
  z.tuple([millis, quantity], expected("a moment and an amount, such as [10m, 4000m]")),
  expected("an amount, or a list such as [[0s, 2400m], [10m, 4000m]]"),
);

const metricName = z
  .string(expected("the name of a metric"))
  .regex(/^[!-~]+$/, expected("the name of a metric, such as cpu"));

const metrics = z
  .record(
    metricName,
    z.union([quantity, points], expected("an amount, or a list such as [[0s, 2400m], [10m, 4000m]]")),
    expected("amounts by metric ({cpu: 2400m})"),
  )
  .transform((value, context): Readonly<Record<string, LoadTrace>> => {
    const traces: Record<string, LoadTrace> = {};
    for (const [metric, told] of Object.entries(value)) {
      const refuse = (message: string) => context.addIssue({ code: "custom", path: [metric], message });
      const list = Array.isArray(told) ? told : [[0, told] as const];
      const trace = list.map(([at, amount]) => ({ at, amount: inUnits(metric, String(amount)) }));
      const wrong = list.find((_, index) => trace[index]!.amount === undefined);
      if (wrong) refuse(sentence("an amount such as 2400m or 6Gi", wrong[1]));
      else if (trace[0]?.at !== 0) refuse("expected the load at 0s first");
      else if (trace.some(({ at }, index) => index > 0 && at <= trace[index - 1]!.at))
        refuse("expected moments in their order, each once");
      else traces[metric] = trace as unknown as LoadTrace;
    }
    return traces;
  });

/** Loads by workload. */
export const load = z
  .record(objectRef, metrics, expected("loads by workload (shop/Deployment/web: {cpu: 2400m})"))
  .describe("The load that workloads bear together, by workload and metric: horizontal autoscalers go by it");

/** Millicores of CPU, bytes of memory, thousandths of anything else; undefined if it is not an amount. */
function inUnits(metric: string, text: string): number | undefined {
  const value = isMemory(metric) ? parseUnits(text) : parseMilli(text);
  return value !== undefined && value >= 0 && Number.isSafeInteger(value) ? value : undefined;
}

function isMemory(metric: string): boolean {
  return metric === "memory" || metric.endsWith("/memory");
}

/** An amount of a metric as the file writes it. */
export function amountText(metric: string, amount: number): string {
  return isMemory(metric) ? String(amount) : `${amount}m`;
}
