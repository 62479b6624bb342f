import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { SchedulingQueue } from "../../../src/sim/scheduler/queue.ts";
import { makeNode, makePod } from "../../support/builders.ts";
import { makeScheduler } from "../../support/scheduler-bench.ts";

const node = makeNode("n", { allocatable: { cpu: 1_000, memory: 2 ** 30, pods: 100 } });
const occupant = makePod("occupant", { nodeName: "n", spec: { requests: { cpu: 1_000 } } });

const operations = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 40_000 }),
    what: fc.constantFrom("add", "fail", "break", "room", "delete", "add", "fail"),
    pod: fc.nat(4),
  }),
  { maxLength: 40 },
);

test.prop([fc.constantFrom(24, 31, 32, 33, 34, 36), fc.nat(999), operations])(
  "there is nothing to take out before the moment that nextWakeAt says, and something then",
  (minor, epochMillis, all) => {
    const scheduler = makeScheduler({ minor, nodes: [node], pods: [occupant] });
    const queue = new SchedulingQueue(scheduler, { epochMillis });
    let now = 0;
    for (const { after, what, pod: index } of all) {
      now += after;
      const pod = makePod(`p${index}`, { priority: index, spec: { requests: { cpu: 500 } } });
      if (what === "add") queue.add(pod, now);
      if (what === "room") queue.assignedPodChanged({ before: occupant }, now);
      if (what === "delete") queue.delete(pod.uid);
      if (what === "fail" || what === "break") {
        const queued = queue.pop(now);
        if (!queued) continue;
        const decision =
          what === "fail"
            ? scheduler.schedule(queued.pod, "p", now)
            : ({ kind: "error", message: "broken" } as const);
        queue.requeue(queued.uid, decision, now);
      }
    }
    // Everything that is left comes out one after the other, each at the moment that was foretold.
    for (let left = queue.size; left > 0; left--) {
      const wake = queue.nextWakeAt(now);
      expect(wake).toBeDefined();
      if (wake! > now) expect(queue.pop(wake! - 1)).toBeUndefined();
      now = wake!;
      const queued = queue.pop(now);
      expect(queued).toBeDefined();
      queue.done(queued!.uid);
    }
    expect([queue.size, queue.nextWakeAt(now)]).toEqual([0, undefined]);
  },
);
