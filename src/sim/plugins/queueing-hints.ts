import { type EventEra, type EventNames, registeredEvents } from "../../facts/scheduler-events.ts";
import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import type { ClusterEvent, EventAction, EventResource } from "./cluster-events.ts";
import { domainHints } from "./domain-hints.ts";
import { nodeHints } from "./node-hints.ts";
import { type HintContext, on, type Registration } from "./queueing-hint.ts";
import { volumeHints } from "./volume-hints.ts";

/** The plugins that wait for an event, with what they registered for it. */
type Interested = ReadonlyMap<string, readonly Registration[]>;

const registrations: Readonly<Record<string, readonly Registration[]>> = {
  ...nodeHints,
  ...volumeHints,
  ...domainHints,
};

/**
 * A plugin that waits for nodes but not for their taints is woken by a change of taints all the same, uncordoning
 * included. Source: pkg/scheduler/scheduler.go, buildQueueingHintMap (kubernetes#109437).
 */
function taintMitigation(own: readonly Registration[]): readonly Registration[] {
  const waitsFor = (action: "Add" | "UpdateNodeTaint") =>
    own.some(({ resource, actions }) => resource === "Node" && actions.has(action));
  return waitsFor("Add") && !waitsFor("UpdateNodeTaint") ? [on("Node", ["UpdateNodeTaint"])] : [];
}

function withHints(resource: EventResource, action: EventAction): Interested {
  const interested = new Map<string, readonly Registration[]>();
  for (const [plugin, own] of Object.entries(registrations)) {
    const concerned = [...own, ...taintMitigation(own)].filter(
      (registration) => registration.resource === resource && registration.actions.has(action),
    );
    if (concerned.length > 0) interested.set(plugin, concerned);
  }
  return interested;
}

function withoutHints(resource: EventResource, action: EventAction, era: EventEra): Interested {
  const names = [`${resource}/${action}`, ...(action.startsWith("Update") ? [`${resource}/Update`] : [])];
  const always = [on(resource, [action])];
  const concerned = Object.entries<EventNames>(registeredEvents[era]).filter(([, events]) =>
    names.some((name) => events.includes(name)),
  );
  return new Map(concerned.map(([plugin]) => [plugin, always]));
}

const known = new WeakMap<SchedulerBehaviour, Map<string, Interested>>();

function interestedIn({ resource, action }: ClusterEvent, behaviour: SchedulerBehaviour): Interested {
  let byName = known.get(behaviour);
  if (!byName) known.set(behaviour, (byName = new Map()));
  const name = `${resource}/${action}`;
  let interested = byName.get(name);
  if (!interested) {
    interested = behaviour.queueingHints
      ? withHints(resource, action)
      : withoutHints(resource, action, behaviour.eventEra);
    byName.set(name, interested);
  }
  return interested;
}

/** Whether any plugin waits for such an event at all. */
export function isOfInterest(event: ClusterEvent, behaviour: SchedulerBehaviour): boolean {
  return interestedIn(event, behaviour).size > 0;
}

/** Whether an event may let a pod be scheduled which these plugins rejected. */
export function mayHelp(
  event: ClusterEvent,
  pod: PodInfo,
  rejectors: ReadonlySet<string>,
  context: HintContext,
): boolean {
  for (const [plugin, concerned] of interestedIn(event, context.behaviour))
    if (rejectors.has(plugin) && concerned.some((each) => each.wakes(pod, event, context))) return true;
  return false;
}
