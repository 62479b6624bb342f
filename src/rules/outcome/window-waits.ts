import { humanDuration } from "../../lib/duration.ts";
import { defineOutcomeRule } from "../rule.ts";

const mostLines = 6;

/** What of the plan waits for its window. */
export const windowWaits = defineOutcomeRule({
  id: "window-waits",
  severity: "info",
  title: "Steps wait for the maintenance window",
  check: ({ trace, plan, cluster }) => {
    const waits = trace.events.flatMap((event, number) =>
      event.kind === "client.note" && event.note.kind === "windowAwaited"
        ? [{ number, time: event.time, step: event.step, ...event.note }]
        : [],
    );
    const [first] = waits;
    if (!first) return [];
    const millis = (wait: (typeof waits)[number]) => Math.max(0, wait.until - cluster.asOf - wait.time);
    const times = waits.length === 1 ? "once" : `${waits.length} times`;
    const lines = waits.map(
      (wait) =>
        `${wait.node === "" ? wait.step : wait.node} waits ${humanDuration(millis(wait))}, until ${wait.at}.`,
    );
    const more = lines.length > mostLines ? [`And ${lines.length - mostLines} more.`] : [];
    return [
      {
        subject: plan.name,
        at: first.time,
        events: waits.map(({ number }) => number),
        weight: 200,
        message: `waits ${times} until something may be begun, first until ${first.at}`,
        details: [...lines.slice(0, mostLines), ...more],
        data: { waits: waits.map(({ node, step, time, until }) => ({ node, step, time, until })) },
      },
    ];
  },
});
