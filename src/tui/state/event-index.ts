import type { PodId, TraceEvent } from "../../trace/event.ts";
import type { Trace } from "../../trace/trace.ts";

/** Which events are about a pod, a node, a service: their numbers, ascending. Built when it is first asked. */
export class EventIndex {
  readonly #trace: Trace;
  #built: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  ofPod(pod: PodId): readonly number[] {
    return this.#of(`pod ${pod}`);
  }

  /** What happened to the node itself, not to its pods. */
  ofNode(node: string): readonly number[] {
    return this.#of(`node ${node}`);
  }

  ofService(service: string): readonly number[] {
    return this.#of(`service ${service}`);
  }

  #of(key: string): readonly number[] {
    this.#built ??= buildIndex(this.#trace);
    return this.#built.get(key) ?? [];
  }
}

function buildIndex(trace: Trace): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  const put = (key: string, number: number): void => {
    const list = index.get(key);
    if (list) list.push(number);
    else index.set(key, [number]);
  };
  trace.events.forEach((event, number) => {
    if ("pod" in event) put(`pod ${event.pod}`, number);
    if (event.kind.startsWith("node.") && "node" in event && !isEcho(event))
      put(`node ${event.node}`, number);
    if (event.kind === "step.started" && event.node !== "") put(`node ${event.node}`, number);
    if (event.kind === "service.changed") put(`service ${event.service}`, number);
    if (event.kind !== "client.note") return;
    const { note } = event;
    if (note.kind === "drained" || note.kind === "nodeFailed") put(`node ${note.node}`, number);
  });
  return index;
}

/** The taint of a cordon says once more what the cordon said. */
function isEcho(event: TraceEvent): boolean {
  const isTaint = event.kind === "node.tainted" || event.kind === "node.untainted";
  return isTaint && event.taint.key === "node.kubernetes.io/unschedulable";
}

/** The last of ascending numbers that is below `limit`; undefined if there is none. */
export function lastBelow(numbers: readonly number[], limit: number): number | undefined {
  return numbers.findLast((number) => number < limit);
}
