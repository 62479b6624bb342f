import type { Trace } from "./trace.ts";

/** How many machines there were, and for how long. */
export interface NodeUse {
  /** Most machines at one moment, those included that are starting. */
  readonly peak: number;
  /** Milliseconds of all machines together. */
  readonly millis: number;
  /** Of those that the plan added. */
  readonly newMillis: number;
}

interface Machine {
  readonly from: number;
  readonly isNew: boolean;
  to: number;
}

/** What a trace uses of machines from t = 0 to `until` (milliseconds). */
export function nodeUse({ header, events }: Trace, until: number): NodeUse {
  const machines: Machine[] = [];
  const latest = new Map<string, Machine>();
  const begin = (name: string, from: number, isNew: boolean) => {
    const machine = { from, isNew, to: until };
    machines.push(machine);
    latest.set(name, machine);
  };
  for (const { name } of header.cluster.objects.Node) begin(name, 0, false);
  const ended = new Set<string>();
  for (const event of events) {
    if (event.time > until) break;
    if (event.kind === "node.joining") begin(event.node, event.time, true);
    const isEnd =
      event.kind === "node.removed" ||
      event.kind === "node.failed" ||
      (event.kind === "node.down" && event.reason === "deleted" && ended.has(event.node));
    if (!isEnd) continue;
    // A machine may outlive its Node object: the later of the two ends it.
    ended.add(event.node);
    const machine = latest.get(event.node);
    if (machine) machine.to = event.time;
  }
  const spans = machines.map(({ from, to, isNew }) => ({ from, to, isNew }));
  const sum = (all: readonly Machine[]) => all.reduce((total, { from, to }) => total + to - from, 0);
  return {
    peak: Math.max(0, ...spans.map(({ from }) => countAt(spans, from))),
    millis: sum(spans),
    newMillis: sum(spans.filter(({ isNew }) => isNew)),
  };
}

function countAt(spans: readonly Machine[], time: number): number {
  return spans.filter(({ from, to }) => from <= time && time < to).length;
}
