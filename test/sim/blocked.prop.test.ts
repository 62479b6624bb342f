import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { fixed } from "../../src/plan/assumptions.ts";
import { controlPlane } from "../../src/sim/rooms.ts";
import type { Sim } from "../../src/sim/sim.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import type { Maintenance } from "../support/maintenance-arbitraries.ts";
import { maintenances } from "../support/maintenance-arbitraries.ts";
import { budget, clusterOf, deployment, nodes } from "../support/objects.ts";
import { drainOf, rehearse } from "../support/rehearse.ts";
import { numRuns } from "../support/runs.ts";
import { troubledMaintenances } from "../support/trouble-arbitraries.ts";

const seeds = fc.integer({ min: 1, max: 1_000 });
const some = fc.oneof(maintenances, troubledMaintenances);
const hour = 3_600_000;

function rehearsalOf({ cluster, plan }: Maintenance, seed: number) {
  return rehearse(cluster, plan, { seed, luck: seed % 2 === 0 ? "sampled" : "median" });
}

/** What says again what was said before, and changes nothing. */
const repeating: ReadonlySet<TraceEvent["kind"]> = new Set([
  "client.note",
  "eviction.refused",
  "create.denied",
  "pod.deleteRepeated",
]);

/** Goes on where the rehearsal stopped; returns what happens then that is new. */
function goOn(sim: Sim, millis: number): string[] {
  const from = sim.log.length;
  const until = sim.now + millis;
  for (let next = sim.queue.peek(); next && next.time <= until; next = sim.queue.peek()) sim.step();
  return sim.log
    .slice(from)
    .filter(({ kind }) => !repeating.has(kind))
    .map((event) => JSON.stringify(event));
}

describe("a rehearsal that is declared blocked for ever", () => {
  test.prop([some, seeds], numRuns(25))(
    "stays so: half an hour on, nothing new happens",
    (maintenance, seed) => {
      const { trace, sim } = rehearsalOf(maintenance, seed);
      const end = trace.events.at(-1)!;
      fc.pre(end.kind === "run.ended" && end.outcome === "blocked");
      expect(goOn(sim, hour / 2)).toEqual([]);
    },
  );

  test.prop([some, seeds, fc.integer({ min: 0, max: 10_000 })], numRuns(25))(
    "stays so when every controller is started again at any moment",
    (maintenance, seed, later) => {
      const { trace, sim } = rehearsalOf(maintenance, seed);
      const end = trace.events.at(-1)!;
      fc.pre(end.kind === "run.ended" && end.outcome === "blocked");
      expect(goOn(sim, later)).toEqual([]);
      for (const room of controlPlane()) if (isController(room.name)) room.start?.(sim);
      expect(goOn(sim, hour / 2)).toEqual([]);
    },
  );
});

/** Rooms that look at states, not at events: starting them again is safe. */
function isController(name: string): boolean {
  return ["disruption", "endpoints", "deployment", "replicaset", "statefulset", "daemonset", "job"].includes(
    name,
  );
}

describe("a rehearsal that is stuck", () => {
  test.prop([some, seeds], numRuns(40))(
    "is declared blocked: none runs on to the end of virtual time",
    (maintenance, seed) => {
      const { trace, verdict } = rehearsalOf(maintenance, seed);
      expect(trace.events.at(-1)).not.toMatchObject({ outcome: "horizon" });
      const isBlocked = trace.events.at(-1)!.kind === "run.ended" && verdict.word === "HANGS";
      if (isBlocked) expect(trace.events.at(-1)).toMatchObject({ outcome: "blocked" });
    },
  );
});

test("a time-out that only retries lead to ends the drain: kubectl gives up on both nodes", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-2"]),
    budget("shop/web", { minAvailable: 2 }),
  );
  const { trace, verdict } = rehearse(cluster, drainOf(["node-1", "node-2"], { timeout: 60_000 }));
  expect(trace.events.at(-1)).toMatchObject({ outcome: "finished" });
  expect(verdict.drains.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
});

test("whenever the budget opens, also just after a refusal, the next retry finds it open", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-1"], { spec: { terminationGracePeriodSeconds: 0 } }),
    budget("shop/web", { minAvailable: 1 }),
  );
  const plan = drainOf(["node-1"]);
  const words = new Set<string>();
  // A refusal is on its way for some 10 ms every 5 s.
  for (let millis = 4_950; millis < 5_050; millis++) {
    const assumed = { start: fixed(500), ready: fixed(millis) };
    const assumptions = { ...plan.assumptions, default: assumed };
    words.add(rehearse(cluster, { ...plan, assumptions }).verdict.drains[0]!.outcome);
  }
  expect([...words]).toEqual(["drained"]);
});
