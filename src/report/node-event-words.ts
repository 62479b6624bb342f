import { unreachable } from "../lib/assert.ts";
import type { EventOf, TraceEvent } from "../trace/event.ts";

/** What happened to a node, in a few words. */

type NodeEvent = Extract<TraceEvent, { readonly kind: `node.${string}` }>;

const readiness: Readonly<Record<EventOf<"node.ready">["status"], string>> = {
  True: "is Ready",
  False: "is not Ready",
  Unknown: "is not heard of any more: not Ready",
};

export function nodeWords(event: NodeEvent): string {
  const { node } = event;
  switch (event.kind) {
    case "node.cordoned":
      return `${node} is cordoned`;
    case "node.uncordoned":
      return `${node} is uncordoned`;
    case "node.tainted":
      return `${node} is tainted ${event.taint.key}:${event.taint.effect}`;
    case "node.untainted":
      return `${node} loses taint ${event.taint.key}:${event.taint.effect}`;
    case "node.labelled":
      return event.value === null
        ? `${node} loses label ${event.key}`
        : `${node} is labelled ${event.key}=${event.value}`;
    case "node.down":
      return `${node} goes down${because(event.reason)}`;
    case "node.up":
      return `${node} is up again`;
    case "node.ready":
      return `${node} ${readiness[event.status]}`;
    case "node.joining":
      return `${node} is being made${event.replaces === "" ? `, like ${event.like}` : ` in place of ${event.replaces}`}`;
    case "node.added":
      return `${node} joins the cluster`;
    case "node.resized":
      return `${node} has devices or other resources now`;
    case "node.usable":
      return `${node} takes work now`;
    case "node.failed":
      return `${node} does not join${because(event.reason)}`;
    case "node.removed":
      return `${node} leaves the cluster`;
    default:
      return unreachable(event);
  }
}

/** `: REASON`, where there is one. */
export function because(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}
