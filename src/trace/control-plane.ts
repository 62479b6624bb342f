import type { EventOf } from "./event.ts";
import type { LedComponent } from "./upgrade-event.ts";
import { endOf, type Stretch } from "./timelines.ts";
import type { Trace } from "./trace.ts";

/** How the control plane fared over a trace. */

/** A stretch of time in which something was away. */
interface Away<T> extends Stretch {
  readonly what: T;
}

/** When no request was answered, and why; in order. */
export function apiOutages(trace: Trace): Away<EventOf<"api.down">["reason"]>[] {
  return stretchesBetween(trace, (event) => {
    if (event.kind === "api.down") return { key: "api", away: event.reason };
    return event.kind === "api.up" ? { key: "api", away: undefined } : undefined;
  });
}

/** When a component had no leader, so that nobody did its work; in the order in which they began. */
export function leaderless(trace: Trace): Away<LedComponent>[] {
  return stretchesBetween(trace, (event) => {
    if (event.kind === "leader.lost") return { key: event.component, away: event.component };
    return event.kind === "leader.elected" ? { key: event.component, away: undefined } : undefined;
  });
}

/** When etcd had fewer healthy members than more than half of all; in order. */
export function quorumLosses(trace: Trace): Away<EventOf<"etcd.members">>[] {
  return stretchesBetween(trace, (event) => {
    if (event.kind !== "etcd.members") return undefined;
    const hasQuorum = event.healthy >= quorumOf(event.members);
    return { key: "etcd", away: hasQuorum ? undefined : event };
  });
}

/** How many members of etcd a decision needs: more than half of all. */
export function quorumOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

function stretchesBetween<T>(
  trace: Trace,
  read: (
    event: Trace["events"][number],
  ) => { readonly key: string; readonly away: T | undefined } | undefined,
): Away<T>[] {
  const found: Away<T>[] = [];
  const open = new Map<string, { readonly from: number; readonly began: number; readonly what: T }>();
  trace.events.forEach((event, number) => {
    const change = read(event);
    if (!change) return;
    const { key, away } = change;
    const since = open.get(key);
    if (away !== undefined) {
      if (!since) open.set(key, { from: event.time, began: number, what: away });
    } else if (since) {
      open.delete(key);
      found.push({ ...since, to: event.time, ended: number });
    }
  });
  for (const since of open.values()) found.push({ ...since, to: endOf(trace) });
  return found.sort((a, b) => a.began - b.began);
}
