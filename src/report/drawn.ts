import type { Trace } from "../trace/trace.ts";

/** Whether any duration was drawn: only those that a plan gives as percentiles are, and only under sampled luck. */
export function isDrawn({ header, events }: Trace): boolean {
  const { luck, plan, assumptions } = header;
  if (luck !== "sampled" || !hasDistribution(plan)) return false;
  return (
    assumptions.some(({ origin }) => origin === "plan") ||
    events.some((event) => event.kind === "node.down" && event.reason === "reboot")
  );
}

/** Whether a duration with more than one possible value stands anywhere in this part of a plan. */
function hasDistribution(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("kind" in part && part.kind === "distribution") return true;
  return Object.values(part).some(hasDistribution);
}
