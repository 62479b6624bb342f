import { unreachable } from "../lib/assert.ts";
import { humanDuration } from "../lib/duration.ts";
import type { EventBase, TraceEvent } from "../trace/event.ts";
import type { ReactionEvent } from "../trace/reaction-event.ts";
import { counted } from "../lib/counted.ts";

/** Whether an event is about what an autoscaler does, or can see. */
export function isReaction(event: TraceEvent): event is EventBase & ReactionEvent {
  return /^(autoscaler|apiservice|proportional|nodepool)\./.test(event.kind);
}

/** What an autoscaler did of itself, as one line. Names are not escaped yet. */
export function reactionWords(event: ReactionEvent): string {
  switch (event.kind) {
    case "autoscaler.changed":
      return changedWords(event);
    case "autoscaler.rescaled":
      return `autoscaler ${event.autoscaler} sets ${counted(event.replicas, "replica")}${because(event.reason)}`;
    case "proportional.rescaled":
      return `${event.autoscaler} sets ${event.workload} from ${event.from} to ${counted(event.replicas, "replica")}: it counts ${counted(event.nodes, "node")}, ${counted(event.cores, "core")}`;
    case "nodepool.grown":
      return `node pool ${event.pool} grows from ${event.from} to ${counted(event.to, "node")}, for ${counted(event.pods, "Pending pod")}`;
    case "nodepool.shrunk":
      return `node pool ${event.pool} shrinks to ${counted(event.to, "node")}: ${event.node} has been empty for ${humanDuration(event.emptyMillis)}`;
    case "nodepool.stuck":
      return `${counted(event.pods, "Pending pod")} ${event.pods === 1 ? "brings" : "bring"} no node: ${event.reason}`;
    case "apiservice.changed":
      return `APIService ${event.apiService} is ${event.available ? "available" : "unavailable"}${because(event.reason)}`;
    default:
      return unreachable(event);
  }
}

function changedWords(event: Extract<ReactionEvent, { readonly kind: "autoscaler.changed" }>): string {
  if (event.active.startsWith("False FailedGet"))
    return `autoscaler ${event.autoscaler} cannot read its metrics, and stands still at ${counted(event.current, "replica")}`;
  return `autoscaler ${event.autoscaler}: ${counted(event.current, "replica")}, wants ${event.desired}`;
}

function because(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}
