import { tooLate } from "../../exec/api-error.ts";
import { drawDuration } from "../nodes/durations.ts";
import type { Sim } from "../sim.ts";
import type { ActionOf } from "./reply.ts";
import { answer } from "./requests.ts";

/** A person agrees after as long as the plan assumes; after its last moment nobody does. */
export function startApproval(
  sim: Sim,
  command: string,
  { name, duration, until }: ActionOf<"approve">,
  cause: number,
): void {
  const millis = drawDuration(sim, duration, `approve ${name}`);
  const left = until === undefined ? Infinity : until - sim.epoch();
  if (millis !== undefined && millis <= left)
    sim.after(millis, "client.observe", command, cause, { data: { kind: "reached" }, priority: 4 });
  else if (left < Infinity)
    answer(sim, command, { kind: "error", error: tooLate(until ?? 0) }, cause, Math.max(0, left));
}
