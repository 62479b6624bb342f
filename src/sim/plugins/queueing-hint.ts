import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Pod } from "../../model/pod.ts";
import type { PluginArgs } from "../../model/scheduler-profile.ts";
import type { SchedulerListers } from "../scheduler/listers.ts";
import type { PodInfo } from "../scheduler/pod-info.ts";
import type { Change, EventAction, EventObjects, EventResource } from "./cluster-events.ts";

/** What a hint may ask beside the event itself. */
export interface HintContext {
  readonly listers: SchedulerListers;
  readonly behaviour: SchedulerBehaviour;
  readonly args: PluginArgs;
  readonly infoOf: (pod: Pod) => PodInfo;
}

/** Whether a change may let a pod be scheduled that the plugin rejected. Source: framework.QueueingHintFn. */
export type QueueingHint<T> = (pod: PodInfo, change: Change<T>, context: HintContext) => boolean;

/** The events that a plugin waits for, and its hint about them. Source: EnqueueExtensions.EventsToRegister. */
export interface Registration {
  readonly resource: EventResource;
  readonly actions: ReadonlySet<EventAction>;
  wakes(pod: PodInfo, change: Change<unknown>, context: HintContext): boolean;
}

/** Registers events of one resource; without a hint each of them wakes. */
export function on<R extends EventResource>(
  resource: R,
  actions: readonly EventAction[],
  hint?: QueueingHint<EventObjects[R]>,
): Registration {
  return {
    resource,
    actions: new Set(actions),
    wakes: (pod, change, context) =>
      hint === undefined || hint(pod, change as Change<EventObjects[R]>, context),
  };
}

/** A pod that holds a place on a node: it is bound, or nominated. */
export function holdsPlace({ nodeName, status }: Pod): boolean {
  return nodeName !== "" || status.nominatedNodeName !== "";
}
