import { isMirror } from "../model/pod.ts";
import type { TraceEvent } from "../trace/event.ts";
import { type PodView, World } from "../trace/world.ts";
import type { Outcome } from "./rule.ts";

/** Something that happened to a node, and the pods that were on it then although a drain would have moved them. */
export interface Undrained<E> {
  readonly event: E;
  /** Its place in the trace. */
  readonly number: number;
  readonly pods: readonly PodView[];
  /** Whether the node took no new pods then. */
  readonly isCordoned: boolean;
}

/** Each such event of a rehearsal, in order, also where no pod was there. */
export function undrainedAt<E extends TraceEvent & { readonly node: string }>(
  outcome: Outcome,
  isMeant: (event: TraceEvent) => event is E,
): readonly Undrained<E>[] {
  const { trace } = outcome;
  if (!trace.events.some(isMeant)) return [];
  const world = World.initial(trace.header);
  return trace.events.flatMap((event, number) => {
    const found = isMeant(event)
      ? [
          {
            event,
            number,
            pods: world.podsOn(event.node).filter((pod) => wouldMove(outcome, pod)),
            isCordoned: world.nodes.get(event.node)?.isCordoned !== false,
          },
        ]
      : [];
    world.apply(event);
    return found;
  });
}

/** Whether a drain takes such a pod off its node: not those of DaemonSets, static pods, and what has finished. */
function wouldMove({ index }: Outcome, pod: PodView): boolean {
  if (pod.phase === "Succeeded" || pod.phase === "Failed") return false;
  if (pod.workload.split("/")[1] === "DaemonSet") return false;
  const original = index.pod(pod.id);
  return original === undefined || !isMirror(original);
}
