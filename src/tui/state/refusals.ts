import type { EventOf, PodId } from "../../trace/event.ts";
import type { Trace } from "../../trace/trace.ts";

/** A time in which a pod's eviction is refused: from its first refusal until it may go, or nobody asks any more. */
interface Refused {
  /** The numbers of the refusals, ascending; at least one. */
  readonly numbers: number[];
  /** The event that ended it. */
  until: number;
}

/** Which pods are held by a refusal, and by which one. */
export class Refusals {
  readonly #trace: Trace;
  readonly #ofPod: ReadonlyMap<PodId, readonly Refused[]>;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#ofPod = refusalsIn(trace);
  }

  /** The refusal that holds a pod after the first `count` events; undefined where none does. */
  lastOf(pod: PodId, count: number): EventOf<"eviction.refused"> | undefined {
    const refused = this.#ofPod.get(pod)?.findLast(({ numbers }) => numbers[0]! < count);
    if (!refused || count > refused.until) return undefined;
    const event = this.#trace.events[refused.numbers.findLast((number) => number < count) ?? -1];
    return event?.kind === "eviction.refused" ? event : undefined;
  }
}

function refusalsIn(trace: Trace): ReadonlyMap<PodId, readonly Refused[]> {
  const refusals = new Map<PodId, Refused[]>();
  const nodeOf = new Map(trace.header.cluster.objects.Pod.map(({ uid, nodeName }) => [uid, nodeName]));
  const end = (pod: PodId, number: number): void => {
    const last = refusals.get(pod)?.at(-1);
    if (last?.until === Infinity) last.until = number;
  };
  trace.events.forEach((event, number) => {
    switch (event.kind) {
      case "pod.scheduled":
        nodeOf.set(event.pod, event.node);
        return;
      case "eviction.refused": {
        const list = refusals.get(event.pod) ?? [];
        const last = list.at(-1);
        if (last?.until === Infinity) last.numbers.push(number);
        else refusals.set(event.pod, [...list, { numbers: [number], until: Infinity }]);
        return;
      }
      case "pod.terminating":
      case "pod.gone":
        end(event.pod, number);
        return;
      case "node.uncordoned":
        // The drain was given up: its pods stay, and nobody asks for them any more.
        for (const pod of refusals.keys()) if (nodeOf.get(pod) === event.node) end(pod, number);
        return;
      default:
        return;
    }
  });
  return refusals;
}
