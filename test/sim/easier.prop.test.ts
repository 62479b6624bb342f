import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Trace } from "../../src/trace/trace.ts";
import type { Maintenance } from "../support/maintenance-arbitraries.ts";
import { rehearse } from "../support/rehearse.ts";
import { maintenanceOf, relaxed, roomy, scaledUp, withMoreNodes } from "../support/roomy-arbitraries.ts";
import { numRuns } from "../support/runs.ts";

const seeds = fc.integer({ min: 1, max: 1_000 });
const by = fc.integer({ min: 1, max: 3 });

function traceOf({ cluster, plan }: Maintenance, seed: number): Trace {
  return rehearse(cluster, plan, { seed }).trace;
}

function endOf({ events }: Trace): string {
  const end = events.at(-1)!;
  return end.kind === "run.ended" ? end.outcome : "";
}

// With spread, inter-pod affinity, preemption or full nodes it may: scenarios/ has such cases.
describe("without spread, affinity and preemption, and with room: what finishes still finishes", () => {
  test.prop([roomy, seeds, by], numRuns(40))("with more replicas", (world, seed, more) => {
    const easy = maintenanceOf(world);
    fc.pre(endOf(traceOf(easy, seed)) === "finished");
    for (const app of new Set(easy.cluster.objects.Pod.map(({ labels }) => labels["app"]!)))
      expect(endOf(traceOf(scaledUp(easy, app, more), seed))).toBe("finished");
  });

  test.prop([roomy, seeds, fc.nat({ max: 3 }), by], numRuns(40))(
    "with a budget that asks for less",
    (world, seed, index, less) => {
      fc.pre(endOf(traceOf(maintenanceOf(world), seed)) === "finished");
      expect(endOf(traceOf(maintenanceOf(relaxed(world, index, less)), seed))).toBe("finished");
    },
  );

  test.prop([roomy, seeds, by], numRuns(40))("with more nodes", (world, seed, more) => {
    const easy = maintenanceOf(world);
    fc.pre(endOf(traceOf(easy, seed)) === "finished");
    expect(endOf(traceOf(withMoreNodes(easy, more), seed))).toBe("finished");
  });
});
