import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { rehearse } from "../support/rehearse.ts";
import { maintenanceOf, relaxed, type Roomy, roomy, scaledUp } from "../support/roomy-arbitraries.ts";
import { numRuns } from "../support/runs.ts";

const seeds = fc.integer({ min: 1, max: 1_000 });
const which = fc.nat({ max: 3 });
const by = fc.integer({ min: 1, max: 3 });

function ends(world: Roomy, seed: number, extraNodes = 0): string {
  const { cluster, plan } = maintenanceOf(world, extraNodes);
  const end = rehearse(cluster, plan, { seed }).trace.events.at(-1)!;
  return end.kind === "run.ended" ? end.outcome : "";
}

// With spread, inter-pod affinity, preemption or full nodes it may: scenarios/ has such cases.
describe("without spread, affinity and preemption, and with room: what finishes still finishes", () => {
  test.prop([roomy, seeds, which, by], numRuns(40))("with more replicas", (world, seed, index, more) => {
    fc.pre(ends(world, seed) === "finished");
    expect(ends(scaledUp(world, index, more), seed)).toBe("finished");
  });

  test.prop([roomy, seeds, which, by], numRuns(40))(
    "with a budget that asks for less",
    (world, seed, index, less) => {
      fc.pre(ends(world, seed) === "finished");
      expect(ends(relaxed(world, index, less), seed)).toBe("finished");
    },
  );

  test.prop([roomy, seeds, by], numRuns(40))("with more nodes", (world, seed, more) => {
    fc.pre(ends(world, seed) === "finished");
    expect(ends(world, seed, more)).toBe("finished");
  });
});
