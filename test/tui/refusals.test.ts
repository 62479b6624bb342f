import { expect, test } from "vitest";
import type { TraceEvent } from "../../src/trace/event.ts";
import { Refusals } from "../../src/tui/state/refusals.ts";
import { events, eventNumbers, story } from "./story.ts";

const queue = "data/StatefulSet/queue#1";

function refusals(more: readonly TraceEvent[]): Refusals {
  return new Refusals({ ...story.trace, events: [...events, ...more] });
}

const after = (number: number) => number + 1;

test("a pod is held from its first refusal on, by the last one", () => {
  const held = refusals([]);
  expect(held.lastOf(queue, eventNumbers.refused)).toBeUndefined();
  expect(held.lastOf(queue, after(eventNumbers.refused))?.time).toBe(45);
  expect(held.lastOf(queue, after(eventNumbers.refusedAgain))?.time).toBe(5_080);
  expect(held.lastOf("shop/Deployment/web#1", events.length)).toBeUndefined();
});

test.each([
  { time: 300_000, cause: 14, kind: "pod.terminating", pod: queue, graceSeconds: 30, by: "eviction" },
  { time: 300_000, cause: 14, kind: "node.uncordoned", node: "node-1" },
] as const satisfies readonly TraceEvent[])("$kind ends it, until it is refused anew", (ending) => {
  const again = events[eventNumbers.refusedAgain]!;
  const held = refusals([ending, { ...again, time: 400_000 }]);
  expect(held.lastOf(queue, events.length)?.time).toBe(5_080);
  expect(held.lastOf(queue, events.length + 1)).toBeUndefined();
  expect(held.lastOf(queue, events.length + 2)?.time).toBe(400_000);
});

test("that another node is opened again changes nothing", () => {
  const held = refusals([{ time: 300_000, cause: 14, kind: "node.uncordoned", node: "node-3" }]);
  expect(held.lastOf(queue, events.length + 1)?.time).toBe(5_080);
});
