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
    SEATRIAL_NODE: "node" in action ? action.node : action.kind === "joinNode" ? action.name : "",
    SEATRIAL_NODE_ADDRESS: address,
    SEATRIAL_TO: "to" in action ? String(action.to) : "",
    ...(action.kind === "joinNode"
      ? {
          SEATRIAL_LIKE: action.like,
          SEATRIAL_REPLACES: action.replaces ?? "",
          SEATRIAL_ZONE: action.zone ?? "",
        }
      : {}),
  };
}
