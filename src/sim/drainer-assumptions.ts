import { drainers, type DrainerFact } from "../facts/drainers.ts";
import type { Plan } from "../plan/plan.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/** The numbers of a drainer that nobody publishes, where it drained anything: each is an assumption. */
export function drainerAssumptions({ drainer }: Plan, events: readonly TraceEvent[]): AssumptionUse[] {
  const { assumed }: DrainerFact = drainers[drainer];
  const drains = assumed.length > 0 && events.some(isEviction);
  if (!drains) return [];
  return assumed.map((each) => ({ ...each, subject: drainer, origin: "default" }));
}

function isEviction(event: TraceEvent): boolean {
  return event.kind === "client.note" && event.note.kind === "evicting";
}
