import type { Command } from "../exec/protocol.ts";
import type { Plan } from "../plan/plan.ts";

/** What a program finds in its environment besides this process's own: for what it was started. */
export function hookEnvironment(
  { name }: Plan,
  run: string,
  { id, action }: Command,
  address: string,
): Readonly<Record<string, string>> {
  return {
    SEATRIAL_PLAN: name,
    SEATRIAL_RUN: run,
    SEATRIAL_STEP: id.slice(0, id.indexOf(":")),
    SEATRIAL_NODE: "node" in action ? action.node : "",
    SEATRIAL_NODE_ADDRESS: address,
    SEATRIAL_TO: "to" in action ? String(action.to) : "",
  };
}
