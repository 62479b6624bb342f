import type { Action } from "../exec/protocol.ts";
import type { OpenCommand } from "./fold.ts";
import { isWrite } from "./writes.ts";

/** What a run does with commands of a kind. */

/** A gate, or what is attended to: both may outlive their step. */
export function isWait({ command: { action } }: OpenCommand): boolean {
  return action.kind === "await" || (!isWrite(action) && isAttended(action));
}

/** Whether a program or a person does it, and an API server answers as long as nothing is broken: else nobody could look. */
export function isByHand(action: Action): boolean {
  return (
    !isWrite(action) &&
    isAttended(action) &&
    !["sleep", "approve", "decide", "renewCertificates", "restoreEtcd"].includes(action.kind)
  );
}

/** A node that is given back takes nothing from anybody: it is not held back by what else has changed. */
export function isOpening(action: Action): boolean {
  return action.kind === "cordon" && !action.unschedulable;
}

export function isAttended({ kind }: Action): boolean {
  return !["listNodes", "listPods", "awaitPodGone", "await", "watchRollout", "wakeAt"].includes(kind);
}
