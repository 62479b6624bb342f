import { drainers, type DrainerFact } from "../facts/drainers.ts";
import { drainersIn } from "../plan/drainers.ts";
import type { Plan } from "../plan/plan.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { AssumptionUse } from "../trace/trace.ts";

/** The numbers of drainers that nobody publishes, where anything was drained: each is an assumption. */
export function drainerAssumptions(plan: Plan, events: readonly TraceEvent[]): AssumptionUse[] {
  const all = drainersIn(plan).flatMap((drainer) => {
    const { assumed }: DrainerFact = drainers[drainer];
    return assumed.map((each): AssumptionUse => ({ ...each, subject: drainer, origin: "default" }));
  });
  return all.length > 0 && events.some(isEviction) ? all : [];
}

function isEviction(event: TraceEvent): boolean {
  return event.kind === "client.note" && event.note.kind === "evicting";
}
