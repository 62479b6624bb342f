import type { Action, Fact } from "../../exec/protocol.ts";

export type { ActionOf } from "../../exec/protocol.ts";

/** An answer, and the event it tells of; without one it is the request's own cause. */
export interface Reply {
  readonly fact: Fact;
  readonly event?: number;
}

/** Done, by this event; nothing had to be done where there is none. */
export function doneBy(event: number | undefined, undo?: Action): Reply {
  return {
    fact: { kind: "done", changed: event !== undefined, ...(undo ? { undo } : {}) },
    ...(event === undefined ? {} : { event }),
  };
}

/** The API server's answer about an object that is not there. */
export function notFound(resource: string, name: string): Reply {
  const message = `${resource} "${name}" not found`;
  return { fact: { kind: "error", error: { code: 404, reason: "NotFound", message, causes: [] } } };
}

/** A refusal by the client itself, or for a reason the API server has no name for. */
export function problem(message: string): Reply {
  return { fact: { kind: "error", error: { code: 400, reason: "", message, causes: [] } } };
}
